// A small OAuth 2.1 authorization server on loopback: metadata, registration, tokens, keys. It asks nobody for consent.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { after } from 'node:test';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A key pair; `sign(claims)` makes an access token. */
export function signer(kid = 'key-1') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' },
    sign(claims) {
      const text = `${encode({ alg: 'ES256', typ: 'at+jwt', kid })}.${encode(claims)}`;
      return `${text}.${sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
  };
}

/** Serves until the tests of the file are over. `asked` holds the forms posted to /token. */
export async function startAuthorizationServer({ subject = 'alice' } = {}) {
  const keys = signer();
  const server = { keys, asked: [], keysAnswer: () => [200, { keys: [keys.jwk] }] };
  const answer = {
    '/.well-known/oauth-authorization-server': () => [200, {
      issuer: server.issuer,
      authorization_endpoint: `${server.issuer}/authorize`,
      token_endpoint: `${server.issuer}/token`,
      registration_endpoint: `${server.issuer}/register`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
    }],
    '/register': (body) => [201, { ...JSON.parse(body), client_id: 'a-client' }],
    '/token': (body) => {
      const form = Object.fromEntries(new URLSearchParams(body));
      server.asked.push(form);
      return [200, { token_type: 'Bearer', expires_in: 300, access_token: server.token({ aud: form.resource }) }];
    },
    '/keys': () => server.keysAnswer(),
  };
  /** A token for the resource, with these claims instead of the usual ones. */
  server.token = (claims) => keys.sign({
    iss: server.issuer, aud: server.resource, sub: subject, exp: Math.floor(Date.now() / 1000) + 300, scope: 'ssh:lab', ...claims,
  });
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      const [status, document] = (answer[request.url] ?? (() => [404, {}]))(body);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(document));
    });
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  after(() => http.close());
  server.issuer = `http://127.0.0.1:${http.address().port}`;
  return server;
}

/** What the SDK asks of an application: keeps everything in memory, and the page a person would be sent to. */
export function provider() {
  const kept = {};
  return {
    kept,
    redirectUrl: 'http://127.0.0.1/callback',
    clientMetadata: { redirect_uris: ['http://127.0.0.1/callback'], client_name: 'client-test', token_endpoint_auth_method: 'none' },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => { kept.client = client; },
    tokens: () => kept.tokens,
    saveTokens: (tokens) => { kept.tokens = tokens; },
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) => { kept.verifier = verifier; },
    redirectToAuthorization: (url) => { kept.page = url; },
  };
}
