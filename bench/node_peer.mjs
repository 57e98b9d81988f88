// ssh2 for Node in a process of its own, with TCP_NODELAY. Arguments: folder with node_modules, host, port, user, key. Reads one JSON request a
// line, {"do": "warm" | "in_flight", ...}, and answers each with one line of JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { createInterface } from "node:readline";

const [folder, host, port, username, key] = process.argv.slice(2);
const ssh2 = createRequire(`${folder}/`)("ssh2");
const client = new ssh2.Client();
const sock = connect(Number(port), host);
sock.setNoDelay(true);
await new Promise((resolve, reject) => {
  client.once("ready", resolve).once("error", reject);
  client.connect({ sock, username, privateKey: readFileSync(key), algorithms: { cipher: ["aes256-gcm@openssh.com"] } });
});

const run = () =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    client.exec("true", (error, stream) => {
      if (error) return reject(error);
      stream.on("exit", (code) => (code === 0 ? null : reject(new Error(`exit ${code}`))));
      stream.on("close", () => resolve((performance.now() - start) / 1000)).resume();
    });
  });

const requests = {
  async warm({ count }) {
    const taken = [];
    while (taken.length < count) taken.push(await run());
    return taken;
  },
  async in_flight({ width, seconds }) {
    const start = performance.now();
    let done = 0;
    const worker = async () => {
      for (; performance.now() - start < seconds * 1000; ++done) await run();
    };
    await Promise.all(Array.from({ length: width }, worker));
    return (done * 1000) / (performance.now() - start);
  },
};

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...request } = JSON.parse(line);
  console.log(JSON.stringify(await requests[name](request)));
}
client.end();
