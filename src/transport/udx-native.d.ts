// The package brings no types; `udx.ts` has those of the part that is used.
declare module "udx-native" {
  const Udx: new () => import("./udx.js").UdxModule;
  export default Udx;
}
