declare module 'libsignal/src/protobufs.js' {
  const protobufs: unknown;
  export default protobufs;
}
