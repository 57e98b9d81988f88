// How to log in, and where secrets are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "hosts/readers.hpp"
#include "hosts/route_values.hpp"

namespace mcpssh::hosts {
namespace {

using Source = SecretRef::Source;

constexpr std::size_t most_words = 64;
constexpr std::size_t most_keys = 16;  // sshd gives up after six attempts anyway

constexpr std::array<std::pair<std::string_view, AuthMethod>, 6> auth_methods{
    {{"key", AuthMethod::key},
     {"password", AuthMethod::password},
     {"agent", AuthMethod::agent},
     {"keyboard-interactive", AuthMethod::keyboard_interactive},
     {"none", AuthMethod::none},
     {"gssapi", AuthMethod::gssapi}}};

constexpr std::array<std::pair<std::string_view, Source>, 4> sources{{{"_env", Source::environment},
                                                                      {"_file", Source::file},
                                                                      {"_command", Source::command},
                                                                      {"_credential", Source::credential}}};

SecretRef one_secret(const Section& section, const std::string& key, Source source, std::string purpose) {
  SecretRef ref;
  ref.place = section.place(key);
  ref.purpose = std::move(purpose);
  ref.source = source;
  if (source == Source::command) {
    ref.command = read_command(section, key, problem_of_argument);
    return ref;
  }
  const Section::Rule rule = source == Source::environment ? problem_of_variable
                             : source == Source::file      ? problem_of_path
                                                           : problem_of_credential;
  ref.name = section.required_text(key, rule);
  return ref;
}

bool tries(const Auth& auth, AuthMethod method) {
  return std::ranges::count(auth.methods, method) > 0;
}

void check_auth(const Section& section, const Auth& auth) {
  if (tries(auth, AuthMethod::key) && auth.key_paths.empty())
    section.fail(section.place("method"),
                 fmt::format("{} is missing (method: key)", section.path("key_path")),
                 "name the private key's file, for example `key_path: ~/.ssh/id_ed25519`");
  if (tries(auth, AuthMethod::password) && !auth.password)
    section.fail(section.place("method"),
                 fmt::format("{} is missing (method: password)", section.path("password_env")),
                 "name the environment variable that holds the password (or give `password_file`, "
                 "`password_command` or `password_credential`)");
  if (!auth.certificate_path.empty() && !tries(auth, AuthMethod::key))
    section.fail(section.place("certificate_path"),
                 fmt::format("{} has no effect without `method: key`", section.path("certificate_path")));
  if (!auth.agent_key.empty() && !tries(auth, AuthMethod::agent))
    section.fail(section.place("agent_key"),
                 fmt::format("{} has no effect without `method: agent`", section.path("agent_key")));
}

}  // namespace

std::vector<std::string> read_command(const Section& section, std::string_view key, Section::Rule word_rule) {
  std::vector<std::string> words;
  const YamlNode* node = section.find(key);
  if (node != nullptr && node->kind == YamlNode::Kind::scalar) {
    auto split = words_of(node->text);
    if (!split)
      section.fail(section.place(*node), fmt::format("{} {}", section.path(key), split.error()),
                   "write the command as a list of words: `[program, first argument, ...]`");
    words = *std::move(split);
    for (const auto& word : words)
      if (const auto problem = word_rule(word))
        section.fail(section.place(*node), fmt::format("{}: {}", section.path(key), *problem));
  } else {
    words = section.one_or_more(key, word_rule);
  }
  if (words.empty() || words.size() > most_words)
    section.fail(section.place(key), fmt::format("{} must hold a program and its arguments, at most {} words",
                                                 section.path(key), most_words));
  return words;
}

std::optional<SecretRef> read_secret(const Section& section, std::string_view family, std::string purpose) {
  std::string chosen;
  std::optional<SecretRef> secret;
  for (const auto& [suffix, source] : sources) {
    const std::string key = fmt::format("{}{}", family, suffix);
    if (!section.has(key)) continue;
    if (secret)
      section.fail(section.place(key),
                   fmt::format("{} and {} both say where the {} is", section.path(chosen), key, purpose),
                   "keep one of them");
    chosen = key;
    secret = one_secret(section, key, source, purpose);
  }
  return secret;
}

Auth read_auth(const Section& section, std::string_view host) {
  Auth auth;
  auth.methods = section.some_of<AuthMethod>("method", auth_methods);
  if (auth.methods.empty() && (section.has("method") || !section.empty()))
    section.fail(section.place("method"), fmt::format("{} is missing", section.path("method")),
                 "add `method: key`, `method: password` or `method: agent` there");
  auth.key_paths = section.one_or_more("key_path", problem_of_path);
  if (auth.key_paths.size() > most_keys)
    section.fail(section.place("key_path"),
                 fmt::format("{} holds more than {} keys", section.path("key_path"), most_keys));
  auth.certificate_path = section.text("certificate_path", problem_of_path).value_or("");
  auth.agent_key = section.text("agent_key", problem_of_agent_key).value_or("");
  auth.passphrase = read_secret(section, "passphrase", fmt::format("passphrase of host {}", host));
  auth.password = read_secret(section, "password", fmt::format("password of host {}", host));
  check_auth(section, auth);
  return auth;
}

}  // namespace mcpssh::hosts
