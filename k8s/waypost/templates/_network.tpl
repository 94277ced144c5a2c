{{/* Peers and ports that the policies are made of. */}}
{{- define "waypost.toDns" -}}
- to:
    - namespaceSelector: {{- toYaml .Values.networkPolicies.dnsFrom | nindent 8 }}
  ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end }}

{{/* (dict "peers" [...] "port" 5432) */}}
{{- define "waypost.toPort" -}}
- ports:
    - { protocol: TCP, port: {{ .port }} }
  {{- with .peers }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "waypost.toPostgres" -}}
{{ include "waypost.toPort" (dict "peers" .Values.networkPolicies.postgresPeers "port" .Values.postgres.port) }}
{{- end }}

{{- define "waypost.toNats" -}}
{{ include "waypost.toPort" (dict "peers" .Values.networkPolicies.natsPeers "port" .Values.nats.port) }}
{{- end }}

{{/* Everything public; (dict "root" $ "ports" [443]), without ports every one. */}}
{{- define "waypost.toInternet" -}}
- to:
    - ipBlock: { cidr: 0.0.0.0/0, except: {{ toJson .root.Values.networkPolicies.privateNetworks.ipv4 }} }
    - ipBlock: { cidr: '::/0', except: {{ toJson .root.Values.networkPolicies.privateNetworks.ipv6 }} }
  ports:
    {{- range .ports }}
    - { protocol: TCP, port: {{ . }} }
    {{- else }}
    - { protocol: TCP }
    {{- end }}
{{- end }}

{{/* HTTP on port 3000 from namespaces that match; (dict "selector" {...}) */}}
{{- define "waypost.fromNamespaces" -}}
- from:
    - namespaceSelector: {{- toYaml .selector | nindent 8 }}
  ports:
    - { protocol: TCP, port: 3000 }
{{- end }}

{{/* From or to pods of ours: (dict "root" $ "app" "sandbox" "direction" "to") */}}
{{- define "waypost.pods" -}}
- {{ .direction }}:
    - podSelector:
        matchLabels: {{- include "waypost.selector" . | nindent 10 }}
  ports:
    - { protocol: TCP, port: 3000 }
{{- end }}
