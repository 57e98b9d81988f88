// Keys, certificates and stores of secrets.
#include <algorithm>
#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

constexpr OptionTable openssl_options{
    "", "",
    "noout text dates subject issuer serial fingerprint modulus pubout nodes noenc new x509 check pubin "
    "verify_return_error "
    "purpose showcerts brief enddate startdate ext hash a d e a base64 salt pbkdf2 quiet ign_eof status "
    "verify "
    "verbose batch noemailDN gencrl nocerts nokeys cacerts clcerts info des3 aes256",
    "in out inkey key keyout keyform outform inform CAfile CApath CA CAkey cert certfile config subj days "
    "passin passout "
    "connect servername port name nameopt extfile extensions reqexts addext sha set_serial signature sign "
    "verify engine "
    "provider newkey pkeyopt algorithm curve rand writerand untrusted crl CRL revoke cert_chain www host url "
    "reqin respout "
    "issuer accept alpn cipher ciphersuites serial CAserial pass k kfile iv md digest bytes seconds "
    "status_timeout starttls purpose attime sigfile sigopt macopt mac spksig gencert infiles sess_out "
    "sess_in keylogfile "
    "msgfile xmpphost proxy dhparam dcert dkey"};

/// openssl VERB: -out and -keyout write; a private key on the screen is a secret; -engine loads code.
void judge_openssl(const Call& call) {
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, openssl_options);
  const std::string_view verb = known_operand(options, 0);
  if (verb == "engine" && (has_word(call, "-pre") || has_word(call, "-post") || options.operands.size() > 1))
    return call.does("shell.foreign-code", "openssl loads an engine");
  if (verb.empty()) return call.words.size() > 1 ? call.does("shell.opaque-command") : opens_prompt(call);
  if (verb == "s_server" || verb == "ocsp") {
    if (options.has("port") || options.has("accept") || verb == "s_server") return call.does("network.serve");
  }
  if (options.has("engine") || options.has("provider-path")) call.does("shell.foreign-code");
  bool writes = false;
  for (const std::string_view name :
       {"out", "keyout", "sess_out", "keylogfile", "respout", "writerand", "CAserial"})
    if (const Field* file = options.find(name)) {
      writes_file(call, *file, Writing::replace);
      writes = true;
    }
  constexpr std::array<std::string_view, 6> keyed{"pkey", "rsa", "ec", "dsa", "pkcs8", "pkcs12"};
  const bool shows_key = is_one_of(verb, keyed) && !options.has("pubout") && !options.has("pubin") &&
                         !writes && !options.has("noout") && !options.has("check");
  if (shows_key ||
      (is_one_of(verb, keyed) && options.has("text") && !options.has("pubin") && !options.has("text_pub")))
    call.does("secret.read");
  if (verb == "enc" || verb == "smime" || verb == "cms" || verb == "dgst")
    if (const Field* file = options.find("in")) reads_file(call, *file);
  if (verb == "ca") return call.does(options.has("revoke") ? "key.remove" : "key.create");
  if (verb == "s_client" || verb == "s_time") {
    if (call.out.has_input() && call.out.input_text() == nullptr) return call.does("network.send");
    if (!call.out.has_input()) return call.does("network.send", "a connection that takes what is typed");
  }
  if (verb == "rehash" || verb == "CA.pl") call.does("key.create");
}

constexpr std::array gpg_effects{
    OptionEffect{
        "gen-key full-gen-key generate-key full-generate-key quick-gen-key quick-generate-key import "
        "recv-keys "
        "receive-keys refresh-keys sign-key lsign-key quick-add-key quick-sign-key quick-add-uid s sign b "
        "detach-sign "
        "clear-sign clearsign e encrypt c symmetric store update-trustdb import-ownertrust quick-set-expire "
        "fetch-keys rebuild-keydb-caches dearmor enarmor",
        Value::nothing, "key.create"},
    OptionEffect{
        "delete-keys delete-key delete-secret-keys delete-secret-key delete-secret-and-public-key gen-revoke "
        "generate-revocation quick-revoke-uid quick-revoke-key change-passphrase passwd "
        "quick-set-primary-uid",
        Value::nothing, "key.remove"},
    OptionEffect{"export-secret-keys export-secret-subkeys export-secret-ssh-key show-session-key",
                 Value::nothing, "secret.read"},
    OptionEffect{
        "options agent-program dirmngr-program keyserver-program photo-viewer exec-path load-extension",
        Value::nothing, "shell.script"},
    OptionEffect{"edit-key card-edit edit-card", Value::nothing, "shell.interactive"},
    OptionEffect{"send-keys", Value::nothing, "network.send"},
    OptionEffect{"o output", Value::written},
};
constexpr OptionTable gpg_options{
    "aekKsbdcvqntz", "ruo",
    "list-keys list-secret-keys list-public-keys list-sigs check-sigs fingerprint verify list-packets "
    "with-colons armor "
    "with-fingerprint batch yes no-tty quiet verbose version help print-md show-keys list-only "
    "no-default-keyring export "
    "card-status check-trustdb dump-options with-keygrip export-ownertrust list-config dry-run decrypt "
    "import-options-none always-trust no-options no-auto-key-locate multifile no-greeting "
    "no-permission-warning gen-key "
    "delete-keys",
    "recipient local-user output homedir keyring keyserver keyserver-options keyid-format passphrase "
    "passphrase-file "
    "passphrase-fd pinentry-mode status-fd logger-fd import-options export-options trust-model cipher-algo "
    "digest-algo "
    "compress-algo default-key primary-keyring no-keyring options search-keys"};

constexpr Program gpg_row{
    .names = "gpg", .options = gpg_options, .any_option = true, .option_effects = gpg_effects};

/// Without a command gpg guesses one: what is encrypted is written beside it, without its ending.
void judge_gpg(const Call& call) {
  judge_row(gpg_row, call);
  const Options options = read_loosely(call.words, gpg_options);
  constexpr std::string_view settings =
      "v verbose q quiet n dry-run t a armor batch yes no-tty u local-user r recipient homedir keyring "
      "no-default-keyring passphrase passphrase-file passphrase-fd pinentry-mode status-fd logger-fd "
      "trust-model "
      "always-trust no-options no-greeting no-permission-warning options z primary-keyring with-colons "
      "multifile o output";
  const bool commanded = std::ranges::any_of(
      options.options, [&](const Option& option) { return !has_name(settings, option.name); });
  if (commanded || options.has("o") || options.has("output")) return;
  for (const Field& file : options.operands) {
    const std::string_view text = file.text();
    if (text.ends_with(".sig")) continue;
    const bool encrypted = text.ends_with(".gpg") || text.ends_with(".pgp") || text.ends_with(".asc");
    writes_file(call, encrypted ? file.substr(0, text.size() - 4) : file, Writing::replace);
  }
}

void judge_ssh_keygen(const Call& call) {
  constexpr OptionTable table{"ABcegHhiklLopqQuUvyX", "abCDEfFIJjKMmNnOPRrsStTVwWYz", "", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown) return call.does("shell.unknown-option");
  if (options.has("D") || options.has("w")) call.does("shell.foreign-code", "ssh-keygen loads a library");
  // -y prints the public half of a private key.
  if (options.has("l") || options.has("F") || options.has("B") || options.has("L") || options.has("y") ||
      options.has("Q") || options.has("r") || options.has("e"))
    return;
  if (options.has("Y")) {
    const std::string_view what = options.find("Y")->text();
    return call.does(
        what == "verify" || what == "find-principals" || what == "check-novalidate" ? "read" : "key.create");
  }
  if (options.has("R")) return call.does("key.create");
  if (options.has("p") || options.has("c") || options.has("k")) return call.does("key.remove");
  const Field* file = options.find("f");
  if (file != nullptr && !options.has("A") && !options.has("s") && !options.has("H"))
    writes_file(call, *file, Writing::replace);
  call.does("key.create");
}

constexpr std::array vault_verbs{
    Verb{"status list path-help version kv/list kv/metadata/get policy/list policy/read policy/fmt auth/list "
         "auth/help secrets/list "
         "token/lookup token/capabilities audit/list plugin/list plugin/info lease/lookup operator/members "
         "operator/key-status "
         "operator/raft/list-peers operator/diagnose operator/usage namespace/list namespace/lookup "
         "version-history "
         "debug monitor",
         "read"},
    Verb{"read kv/get unwrap print token/generate transit/*", "secret.read"},
    Verb{"write kv/put kv/patch kv/undelete kv/metadata/put kv/enable-versioning token/renew lease/renew "
         "namespace/create patch",
         "key.create"},
    Verb{"login token/create policy/write policy/delete auth/* secrets/* audit/* token/* plugin/* pki/* "
         "namespace/*",
         "account.change"},
    Verb{"delete kv/delete kv/destroy kv/metadata/delete kv/rollback lease/revoke operator/* "
         "kv/metadata/patch namespace/delete "
         "secrets/disable auth/disable audit/disable token/revoke",
         "key.remove"},
    Verb{"server agent proxy", "service.change"},
    Verb{"ssh", "shell.interactive"},
};
constexpr std::array consul_verbs{
    Verb{"members info version catalog/* operator/raft/list-peers operator/autopilot/get-config monitor rtt "
         "validate kv/get "
         "kv/export acl/policy/list acl/policy/read acl/token/list services/list config/list config/read "
         "config/get intention/list "
         "intention/get intention/check peering/list snapshot/inspect troubleshoot debug",
         "read"},
    Verb{"kv/put kv/import services/register config/write reload event intention/create "
         "peering/generate-token join",
         "key.create"},
    Verb{"snapshot/save", "fs.write"},
    Verb{"kv/delete services/deregister config/delete intention/delete leave force-leave operator/* "
         "snapshot/restore maint keyring "
         "peering/delete",
         "key.remove"},
    Verb{"acl/* login logout keygen tls/*", "account.change"},
    Verb{"exec watch lock", "shell.opaque-code"},
    Verb{"agent connect/*", "service.change"},
};
constexpr std::array keytool_effects{
    OptionEffect{
        "genkeypair genkey genseckey importcert import importkeystore importpass certreq gencert selfcert",
        Value::nothing, "key.create"},
    OptionEffect{"delete storepasswd keypasswd changealias", Value::nothing, "key.remove"},
    OptionEffect{"exportcert export", Value::nothing, "read"},
    OptionEffect{"providerpath providerclass", Value::nothing, "shell.script"},
};
constexpr std::array certutil_effects{
    OptionEffect{"A C E G N M S R T W B", Value::nothing, "key.create"},
    OptionEffect{"D F", Value::nothing, "key.remove"},
};
constexpr std::array trust_verbs{
    Verb{"list extract check dump extract-compat", "read"},
    Verb{"anchor", "key.create"},
};
constexpr std::array pass_verbs{
    Verb{"ls list find search git/log help version", "read"},
    Verb{"insert generate add init git/* cp import", "key.create"},
    Verb{"rm remove delete mv move", "key.remove"},
    Verb{"edit", "shell.interactive"},
    Verb{"*", "secret.read"},
};
constexpr std::array keyctl_verbs{
    Verb{"show list rlist describe rdescribe security supports id", "read"},
    Verb{"read pipe print", "secret.read"},
    Verb{"*", "key.remove"},
};
constexpr std::array step_verbs{
    Verb{"certificate/inspect certificate/fingerprint certificate/verify certificate/lint "
         "certificate/needs-renewal ca/health "
         "ca/roots ca/provisioner/list ssh/list ssh/inspect version crypto/jwt/inspect certificate/format "
         "path",
         "read"},
    Verb{"*", "key.create"},
    Verb{"ca/revoke ssh/revoke certificate/uninstall ca/provisioner/remove", "key.remove"},
};
constexpr std::array ssh_add_effects{
    OptionEffect{"d D", Value::nothing, "key.remove"},
    OptionEffect{"x X s e", Value::nothing, "key.remove"},
};
constexpr std::array sops_effects{
    OptionEffect{"e encrypt i in-place r rotate set", Value::nothing, "fs.write"},
    OptionEffect{"d decrypt extract", Value::nothing, "secret.read"},
};
constexpr std::array age_effects{
    OptionEffect{"d decrypt", Value::nothing, "secret.read"},
    OptionEffect{"o output", Value::written},
};

void judge_ssh_add(const Call& call) {
  const Options options = read_options(call.words, 1, {"cdDkKlLqvXxAC", "eEHhsStT", "", ""}, true);
  if (call.only_help() || ((options.has("l") || options.has("L") || options.has("T")) && !options.unknown))
    return;
  for (const OptionEffect& effect : ssh_add_effects)
    for (const Option& option : options.options)
      if (has_name(effect.names, option.name)) return call.does(effect.rule);
  call.does("key.create");
}

constexpr std::array rows{
    Program{.names = "openssl", .judge = judge_openssl},
    Program{.names = "gpg gpg2 gpgsm", .judge = judge_gpg},
    Program{.names = "gpgv debsig-verify certigo "
                     "ykinfo tpm2_getcap tpm2_pcrread tpm2_readpublic",
            .any_option = true},
    Program{.names = "gpgconf gpg-agent gpg-connect-agent dirmngr tpm2_clear tpm2_create pkcs11-tool p11tool "
                     "cfssl easyrsa "
                     "easy-rsa ykman minisign signify gpg-wks-client",
            .rule = "key.create",
            .any_option = true},
    Program{.names = "ssh-keygen", .judge = judge_ssh_keygen},
    Program{.names = "ssh-add", .judge = judge_ssh_add},
    Program{
        .names = "vault bao",
        .options = {"", "", "format tls-skip-verify non-interactive force", "address namespace field mount"},
        .any_option = true,
        .verbs = vault_verbs},
    Program{.names = "consul",
            .options = {"", "", "stale recurse keys detailed wan",
                        "http-addr token datacenter token-file "
                        "ca-file client-cert client-key namespace partition"},
            .any_option = true,
            .verbs = consul_verbs},
    Program{.names = "keytool", .any_option = true, .option_effects = keytool_effects},
    Program{.names = "certutil modutil pk12util",
            .options = {"LKOVHADCEGNMSRTWBFUX", "dnhPftkgvqsczmwxyoiarZ", "", ""},
            .any_option = true,
            .option_effects = certutil_effects},
    Program{.names = "update-ca-certificates update-ca-trust make-ssl-cert c_rehash",
            .rule = "key.create",
            .any_option = true},
    Program{.names = "trust", .any_option = true, .verbs = trust_verbs},
    Program{.names = "pass gopass", .any_option = true, .verbs = pass_verbs},
    Program{.names = "keyctl", .any_option = true, .verbs = keyctl_verbs},
    Program{.names = "step", .any_option = true, .verbs = step_verbs},
    Program{.names = "sops", .rule = "shell.interactive", .any_option = true, .option_effects = sops_effects},
    Program{.names = "age rage",
            .rule = "read",
            .options = {"dea", "rRioj", "decrypt encrypt armor passphrase",
                        "recipient "
                        "identity output"},
            .any_option = true,
            .option_effects = age_effects},
    Program{.names = "age-keygen secret-tool op bw lpass keepassxc-cli",
            .rule = "secret.read",
            .any_option = true},
};

}  // namespace

std::span<const Program> key_programs() {
  return rows;
}

}  // namespace mcpssh::guard
