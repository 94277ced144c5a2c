{{- define "waypost.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* Everything below takes (dict "root" $ "app" "ingress"). */}}
{{- define "waypost.fullname" -}}
{{ include "waypost.name" .root }}-{{ .app }}
{{- end }}

{{- define "waypost.selector" -}}
app.kubernetes.io/name: {{ .app }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "waypost.labels" -}}
{{ include "waypost.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: waypost
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "waypost.image" -}}
{{ .root.Values.image.registry }}/waypost-{{ .app }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "waypost.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "waypost.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* A setting from a Secret of the operator's, or of the chart's when a plain value was given. */}}
{{- define "waypost.secretRef" -}}
valueFrom:
  secretKeyRef:
    name: {{ .given.existingSecret | default .ours }}
    key: {{ ternary .given.existingSecretKey .key (ne .given.existingSecret "") }}
{{- end }}

{{- define "waypost.scheme" -}}
{{ ternary "https" "http" .Values.routes.tls.enabled }}
{{- end }}

{{/* Ends a while after the clean stop must have ended by itself. */}}
{{- define "waypost.gracePeriod" -}}
{{ add .preStopSeconds .shutdownSeconds 10 }}
{{- end }}

{{- define "waypost.spread" -}}
{{- if .root.Values.topologySpread.enabled }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: {{ $.root.Values.topologySpread.whenUnsatisfiable }}
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels: {{- include "waypost.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* What each service needs beyond what all have. */}}
{{- define "waypost.usesKeys" -}}{{ if has .app (list "wa-session" "egress" "console") }}true{{ end }}{{- end }}
{{- define "waypost.usesFiles" -}}{{ if has .app (list "dispatcher" "wa-session") }}true{{ end }}{{- end }}
{{- define "waypost.isRouted" -}}{{ if has .app (list "ingress" "console") }}true{{ end }}{{- end }}

{{- define "waypost.sandboxUrl" -}}
ws://{{ include "waypost.fullname" (dict "root" . "app" "sandbox") }}:3000/ws/chat
{{- end }}

{{/* For kubectl run in NOTES: the admin program with the database's URL and the rights that its image needs. */}}
{{- define "waypost.adminOverrides" -}}
{{- $secret := dict
  "name" (.Values.postgres.existingSecret | default (include "waypost.name" .))
  "key" (ternary .Values.postgres.existingSecretKey "postgres-url" (ne .Values.postgres.existingSecret "")) }}
{{- $container := dict
  "name" "waypost-admin"
  "image" (include "waypost.image" (dict "root" . "app" "admin"))
  "args" (list "node" "service/dist/main.js" "create-workspace" "--name" "My company" "--email" "owner@example.com")
  "securityContext" (dict "runAsNonRoot" true "runAsUser" 10001 "allowPrivilegeEscalation" false "capabilities" (dict "drop" (list "ALL")) "seccompProfile" (dict "type" "RuntimeDefault"))
  "env" (list (dict "name" "DATABASE_URL" "valueFrom" (dict "secretKeyRef" $secret))) }}
{{- dict "apiVersion" "v1" "metadata" (dict "labels" (dict "app.kubernetes.io/name" "admin" "app.kubernetes.io/instance" .Release.Name "app.kubernetes.io/component" "migrations")) "spec" (dict "automountServiceAccountToken" false "containers" (list $container)) | toJson }}
{{- end }}
