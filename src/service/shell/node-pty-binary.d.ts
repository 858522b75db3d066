declare module "@lydell/node-pty/requireBinary.js" {
  const binary: { requireBinary(file: string): unknown };
  export default binary;
}
