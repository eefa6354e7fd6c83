// A real OpenID Connect provider for tests: `node provider.mjs PORT CALLBACK`.
// It knows two clients and lets everybody in under the name they give. It says "ready" when it answers.
import Provider from "oidc-provider";

const [port, callback] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

function client(id) {
  return {
    client_id: id,
    client_secret: `secret of ${id}, long enough to be one`,
    redirect_uris: [callback],
    token_endpoint_auth_method: "client_secret_post",
  };
}

const provider = new Provider(issuer, {
  clients: [client("amur"), client("another")],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
  cookies: { keys: ["a key for tests only"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@example.org`,
      email_verified: true,
      name: `Person ${id}`,
      preferred_username: id,
    }),
  }),
});

provider.listen(Number(port), "localhost", () => console.log("ready"));
