import assert from "node:assert/strict";
import { test } from "node:test";
import { attachedNetworks, nearnessAmong, unmapped } from "../../src/transport/nearness.js";

const attached = [
  { address: "192.0.2.2", prefixLength: 24 },
  { address: "2001:db8:1:2::5", prefixLength: 64 },
  { address: "203.0.113.9", prefixLength: 32 },
  { address: "198.18.0.1", prefixLength: 0 },
];
const nearnessOf = nearnessAmong(attached);

const expected = {
  self: ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "192.0.2.2", "::ffff:192.0.2.2", "2001:db8:1:2::5"],
  near: [
    "192.0.2.77",
    "::ffff:192.0.2.77",
    "2001:db8:1:2:ffff::1",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "169.254.7.7",
    "fe80::1%eth0",
    "fd00::1",
    "fc00::1",
  ],
  far: [
    "8.8.8.8",
    "192.0.3.1",
    "172.15.255.255",
    "172.32.0.0",
    "11.0.0.1",
    "192.169.0.1",
    "203.0.113.8",
    "2001:db8:1:3::1",
    "::ffff:8.8.8.8",
    "fec0::1",
    "100.64.0.1",
    "::",
    "0.0.0.0",
    "",
    "localhost",
    "1.2.3",
    "10.0.0.1 ",
  ],
};

for (const [nearness, addresses] of Object.entries(expected)) {
  test(`addresses that are ${nearness}`, () => {
    for (const address of addresses) assert.equal(nearnessOf(address), nearness, address);
  });
}

test("a prefix of nothing makes nobody a neighbour, and without networks the private ones still are", () => {
  assert.equal(nearnessAmong([{ address: "198.18.0.1", prefixLength: 0 }])("8.8.8.8"), "far");
  assert.equal(nearnessAmong([])("192.168.1.1"), "near");
  assert.equal(nearnessAmong([])("192.0.2.2"), "far");
});

test("this machine's own networks are read, loopback among them", () => {
  assert.ok(attachedNetworks().some(({ address, prefixLength }) => address === "127.0.0.1" && prefixLength === 8));
});

test("an address loses what a socket added", () => {
  assert.equal(unmapped("::ffff:10.1.2.3"), "10.1.2.3");
  assert.equal(unmapped("::ffff:a01:203"), "::ffff:a01:203");
  assert.equal(unmapped("fe80::1%eth0"), "fe80::1");
});
