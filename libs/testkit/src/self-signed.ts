/** A certificate for 127.0.0.1 that nobody vouches for, valid for a hundred years. Its key protects nothing: it is public, and for tests. */
export const selfSigned = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUIf2RGDISrh+LpNT6iX8k4V30OCMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNDE0NTExMFoYDzIxMjYxMDMx
MTQ1MTEwWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQrJ39kN/M3fVAOaclkdyNkt8qB7yjVsvS59qC9E7rbx1iNf4SwcS4h
/++das+0E4rTfCr6AsqriIf8oqMXe0nmo2QwYjAdBgNVHQ4EFgQUqjhvzW70gxn0
bn3E8u6H5def96UwHwYDVR0jBBgwFoAUqjhvzW70gxn0bn3E8u6H5def96UwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IHhHhrH5HRavl/5ziM35eOt7D3bHhsmtcIipQQ8JfH0vAiAr/N4U6oTd9VcSeFtD
c8rsRFN9bNUL7wvSrgxYBkOPkA==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgxX1tAA31RwE4h22G
IrbcvtM9wkGe99IqqSL8rMQCOn2hRANCAAQrJ39kN/M3fVAOaclkdyNkt8qB7yjV
svS59qC9E7rbx1iNf4SwcS4h/++das+0E4rTfCr6AsqriIf8oqMXe0nm
-----END PRIVATE KEY-----
`,
};
