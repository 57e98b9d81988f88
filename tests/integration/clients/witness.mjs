// Hears what servers say in the stories of one file, and judges it by the official schemas when they are over.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Conversation } from './official_schemas.mjs';

const conversations = [];
after(() => assert.deepEqual(conversations.flatMap(({ problems }) => problems), []));

export function witnessed(revision) {
  const conversation = new Conversation(revision);
  conversations.push(conversation);
  return conversation;
}

/** An SDK's transport, listened to. */
export function watched(transport) {
  const conversation = witnessed();
  const send = transport.send.bind(transport);
  transport.send = (message, ...rest) => {
    conversation.sent(message);
    return send(message, ...rest);
  };
  let deliver;
  Object.defineProperty(transport, 'onmessage', {
    get: () => deliver,
    set: (receiver) => {
      deliver = receiver && ((message, ...rest) => {
        conversation.received(message);
        receiver(message, ...rest);
      });
    },
  });
  return transport;
}
