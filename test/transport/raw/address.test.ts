import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, formatHostPort, parseAddress } from "../../../src/transport/raw/address.js";
import { refused } from "../../refused.js";

/** What is typed → what it means, as `formatAddress` writes it. */
const forms: Readonly<Record<string, string>> = {
  "tcp://127.0.0.1:8080": "tcp://127.0.0.1:8080",
  "TCP://example.org:80/": "tcp://example.org:80",
  "tls://example.org:443": "tls://example.org:443",
  "udp://[::1]:53": "udp://[::1]:53",
  "tcp://[fe80::1%eth0]:22": "tcp://[fe80::1%eth0]:22",
  "localhost:9": "tcp://localhost:9",
  "192.0.2.1:65535": "tcp://192.0.2.1:65535",
  "[::]:0": "tcp://[::]:0",
  ":8080": "tcp://127.0.0.1:8080",
  "8080": "tcp://127.0.0.1:8080",
  "udp://8080": "udp://127.0.0.1:8080",
  "tcp://:0": "tcp://127.0.0.1:0",
  "*:8080": "tcp://*:8080",
  "udp://0.0.0.0:8080": "udp://0.0.0.0:8080",
  "my_host-1.local.:7": "tcp://my_host-1.local.:7",
  "bücher.example:80": "tcp://xn--bcher-kva.example:80",
  "unix:/tmp/door": "unix:/tmp/door",
  "unix:///tmp/door": "unix:/tmp/door",
  "unix:door with a space": "unix:door with a space",
  "UNIX:./door": "unix:./door",
};

test("every form of an address is read, and what is written of it reads the same", () => {
  for (const [text, written] of Object.entries(forms)) {
    const address = parseAddress(text);
    assert.equal(formatAddress(address), written, text);
    const again = parseAddress(written);
    assert.deepEqual("hostGiven" in again ? { ...again, hostGiven: true } : again, {
      ...address,
      ...("hostGiven" in address ? { hostGiven: true } : {}),
    });
  }
});

test("without a host it is the loopback address, and known as not given", () => {
  assert.deepEqual(parseAddress("udp://:5353"), { scheme: "udp", host: "127.0.0.1", hostGiven: false, port: 5353 });
  assert.deepEqual(parseAddress("udp://127.0.0.1:5353"), {
    scheme: "udp",
    host: "127.0.0.1",
    hostGiven: true,
    port: 5353,
  });
});

test("what is no address is refused with the reason", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["", /host:port/],
    ["example.org", /host:port/],
    ["http://example.org:80", /no scheme "http"/],
    ["tcp://example.org", /host:port/],
    ["tcp://example.org:", /port is missing/],
    ["tcp://example.org:http", /"http" is not a port/],
    ["tcp://example.org:65536", /65535/],
    ["tcp://example.org:-1", /not a port/],
    ["::1:8080", /brackets/],
    ["[::1]", /host:port/],
    ["[1.2.3.4]:80", /not an IPv6/],
    ["[::g]:80", /not an IPv6/],
    ["user@host:80", /not a host/],
    ["a b:80", /not a host/],
    ["tcp://host:80/path", /not a port/],
    ["/tmp/door", /unix:\/tmp\/door/],
    ["./door", /unix:/],
    ["unix:", /path is missing/],
    ["unix:a\0b", /NUL/],
    [`unix:/${"x".repeat(108)}`, /at most 10\d bytes/],
    ["\x1b[2J:80", /^"\\x1b\[2J/],
  ];
  for (const [text, why] of wrong) refused("E_USAGE", () => parseAddress(text), why);
});

test("to connect needs a port and one machine", () => {
  refused("E_USAGE", () => parseAddress("127.0.0.1:0", "connect"), /port 0/);
  refused("E_USAGE", () => parseAddress("*:80", "connect"), /for listening/);
  assert.equal(formatAddress(parseAddress("8080", "connect")), "tcp://127.0.0.1:8080");
});

test("an IPv4 address in IPv6 clothes is shown as what it is", () => {
  assert.equal(formatHostPort("::ffff:10.0.0.1", 7), "10.0.0.1:7");
  assert.equal(formatHostPort("::1", 7), "[::1]:7");
});
