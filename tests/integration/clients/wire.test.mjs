// What was said in the stories against real servers ($MCPSSH_WIRE_LOG), judged by the official schemas.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Conversation } from './official_schemas.mjs';

const directory = process.env.MCPSSH_WIRE_LOG;

if (directory) {
  test('every message of the stories against real servers is valid by the official schemas', () => {
    let judged = 0;
    const problems = [];
    for (const name of readdirSync(directory)) {
      const conversation = new Conversation();
      for (const line of readFileSync(join(directory, name), 'utf8').split('\n').filter(Boolean)) {
        const { from, message } = JSON.parse(line);
        if (from === 'client') conversation.sent(message);
        else conversation.received(message);
      }
      judged += conversation.judged;
      problems.push(...conversation.problems);
    }
    assert.ok(judged > 100, `only ${judged} messages`);
    assert.deepEqual(problems, []);
  });
}
