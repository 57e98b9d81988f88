#include "gateway/target.hpp"

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "base/hop.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "hosts/routes.hpp"
#include "ssh/session/blocking.hpp"
#include "ssh/trust/known_hosts.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;
using Method = ssh::Credentials::Method;

/// A .pub file is one line.
constexpr std::size_t public_key_bytes = 64 * 1024;

Method method_of(hosts::AuthMethod method) {
  switch (method) {
    case hosts::AuthMethod::key:
      return Method::key;
    case hosts::AuthMethod::password:
      return Method::password;
    case hosts::AuthMethod::agent:
      return Method::agent;
    case hosts::AuthMethod::keyboard_interactive:
      return Method::keyboard_interactive;
    case hosts::AuthMethod::none:
      return Method::none;
    case hosts::AuthMethod::gssapi:
      return Method::gssapi;
  }
  return Method::agent;
}

/// Without an agent to ask, the methods that are left; one that stands alone says what is missing.
std::vector<Method> methods_for(const hosts::Auth& auth, bool has_agent) {
  if (auth.methods.empty())
    return has_agent ? std::vector{Method::agent, Method::key} : std::vector{Method::key};
  std::vector<Method> methods;
  for (const auto method : auth.methods) methods.push_back(method_of(method));
  if (!has_agent && methods.size() > 1) std::erase(methods, Method::agent);
  return methods;
}

std::vector<std::filesystem::path> key_files_for(const hosts::Auth& auth) {
  std::vector<std::filesystem::path> files;
  for (const auto& path : auth.key_paths) files.push_back(base::expand_home(path));
  if (auth.methods.empty())
    for (const char* usual : {"~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"})
      files.push_back(base::expand_home(usual));
  return files;
}

std::string fingerprint_in(const std::string& file) {
  const std::string text = base::read_file(base::expand_home(file), public_key_bytes);
  const auto words = base::split(base::trim(std::string_view(text).substr(0, text.find('\n'))), ' ');
  if (words.size() < 2 || !base::from_base64(words[1]))
    throw Error(ErrorCode::invalid_config, file + " is no public key in OpenSSH's format",
                "make it with `ssh-keygen -y -f KEY`");
  ssh::HostKey key;
  key.type = words[0];
  key.base64 = words[1];
  return key.fingerprint();
}

base::Task<std::string> agent_key_of(std::string written) {
  if (written.empty() || written.starts_with("SHA256:")) co_return written;
  const auto read = [&written] { return fingerprint_in(written); };
  co_return co_await ssh::off_thread(read);
}

base::Task<std::optional<base::Secret>> found(std::optional<hosts::SecretRef> ref, Secrets& secrets) {
  if (!ref) co_return std::nullopt;
  base::Secret secret = co_await secrets.get(*std::move(ref));
  co_return secret;
}

base::Task<ssh::Credentials> find_credentials(const hosts::Auth& auth, Secrets& secrets) {
  ssh::Credentials credentials;
  credentials.agent_socket = secrets.environment()("SSH_AUTH_SOCK").value_or("");
  credentials.methods = methods_for(auth, !credentials.agent_socket.empty());
  credentials.key_files = key_files_for(auth);
  credentials.usual_keys = auth.methods.empty();
  if (!auth.certificate_path.empty()) credentials.certificate = base::expand_home(auth.certificate_path);
  credentials.agent_key = co_await agent_key_of(auth.agent_key);
  credentials.passphrase = co_await found(auth.passphrase, secrets);
  credentials.password = co_await found(auth.password, secrets);
  co_return credentials;
}

base::Task<ssh::Credentials> credentials_for(const hosts::Host& host, Secrets& secrets) {
  try {
    co_return co_await find_credentials(host.auth, secrets);
  } catch (const Error& error) {
    throw error.at_host(host.name).at_step("log in");
  }
}

std::vector<std::string> filled_in(const hosts::Host& host) {
  std::vector<std::string> argv;
  for (const std::string& word : host.proxy_command) {
    std::string filled;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const char what = word[i] == '%' && i + 1 < word.size() ? word[++i] : '\0';
      if (what == '\0')
        filled += word[i];
      else
        filled += what == 'h'   ? host.address
                  : what == 'p' ? std::to_string(host.port)
                  : what == 'r' ? host.user
                                : "%";
    }
    argv.push_back(std::move(filled));
  }
  return argv;
}

base::Task<void> add_proxy(ssh::Target& target, const hosts::Host& host, Secrets& secrets) {
  target.proxy_command = filled_in(host);
  if (!host.proxy) co_return;
  ssh::Proxy proxy;
  proxy.kind =
      host.proxy->kind == hosts::Proxy::Kind::socks5 ? ssh::Proxy::Kind::socks5 : ssh::Proxy::Kind::http;
  proxy.address = host.proxy->address;
  proxy.port = host.proxy->port;
  proxy.user = host.proxy->user;
  try {
    proxy.password = co_await found(host.proxy->password, secrets);
  } catch (const Error& error) {
    throw error.at_host(host.name).at_step("connect");
  }
  target.proxy = std::move(proxy);
}

ssh::HostKeyChecking checking_for(const hosts::Snapshot& snapshot, const hosts::Host& host) {
  switch (host.host_key_checking.value_or(snapshot.settings.host_key_checking)) {
    case hosts::HostKeyChecking::strict:
      return ssh::HostKeyChecking::strict;
    case hosts::HostKeyChecking::accept_new:
      return ssh::HostKeyChecking::accept_new;
    case hosts::HostKeyChecking::off:
      return ssh::HostKeyChecking::off;
  }
  return ssh::HostKeyChecking::strict;
}

ssh::Algorithms algorithms_for(const hosts::Host& host) {
  ssh::Algorithms algorithms;
  algorithms.legacy = host.algorithms.legacy;
  algorithms.key_exchange = host.algorithms.key_exchange;
  algorithms.ciphers = host.algorithms.ciphers;
  algorithms.macs = host.algorithms.macs;
  algorithms.host_keys = host.algorithms.host_keys;
  algorithms.user_keys = host.algorithms.user_keys;
  return algorithms;
}

bool is_posix(const hosts::Host& host) {
  return host.shell == hosts::ShellKind::posix && host.platform != "windows";
}

base::Task<std::optional<base::Secret>> ask_at_home(base::Executor home, AskHuman ask,
                                                    ssh::HumanPrompt prompt) {
  HumanQuestion question;
  question.host = std::move(prompt.host);
  question.user = std::move(prompt.user);
  question.address = std::move(prompt.address);
  question.host_key = std::move(prompt.host_key);
  question.host_key_doubt = std::move(prompt.host_key_doubt);
  question.name = std::move(prompt.name);
  question.instruction = std::move(prompt.instruction);
  question.text = std::move(prompt.text);
  question.echo = prompt.echo;
  question.until = prompt.until;
  auto asking = ask(std::move(question));
  co_return co_await base::hop(std::move(home), std::move(asking));
}

/// What OpenSSH reads beside ~/.ssh/known_hosts.
std::vector<std::filesystem::path> other_known_hosts(const hosts::Settings& settings) {
  std::vector<std::filesystem::path> files;
  if (settings.known_hosts.empty()) files.push_back(base::expand_home("~/.ssh/known_hosts2"));
  if (!settings.system_known_hosts.empty()) {
    files.push_back(base::expand_home(settings.system_known_hosts));
  } else {
    files.emplace_back("/etc/ssh/ssh_known_hosts");
    files.emplace_back("/etc/ssh/ssh_known_hosts2");
  }
  return files;
}

}  // namespace

ssh::Target address_for(const hosts::Snapshot& snapshot, const hosts::Host& host) {
  ssh::Target target;
  target.name = host.name;
  target.address = host.address;
  target.port = host.port;
  target.user = host.user;
  target.host_key_checking = checking_for(snapshot, host);
  const std::string& known_hosts = snapshot.settings.known_hosts;
  target.known_hosts = base::expand_home(known_hosts.empty() ? "~/.ssh/known_hosts" : known_hosts);
  target.other_known_hosts = other_known_hosts(snapshot.settings);
  target.posix = is_posix(host);
  target.pins = host.host_keys;
  target.algorithms = algorithms_for(host);
  if (snapshot.settings.keepalive_interval) target.keepalive = *snapshot.settings.keepalive_interval;
  target.max_sessions = host.limits.sessions;
  target.max_connections = host.limits.connections;
  target.spare_channels = host.limits.spare.value_or(is_posix(host) ? base::limits::spare_channels : 0);
  target.connect_timeout = base::limits::connect_timeout;
  target.login_timeout = base::limits::login_timeout;
  return target;
}

ssh::AskHuman asker_on(base::Executor home, AskHuman ask) {
  if (!ask) return {};
  return [home = std::move(home), ask = std::move(ask)](ssh::HumanPrompt prompt) {
    return ask_at_home(home, ask, std::move(prompt));
  };
}

base::Task<ssh::Target> way_to(const hosts::Snapshot& snapshot, const hosts::Host& host, Secrets& secrets,
                               ssh::AskHuman ask_human) {
  std::vector<const hosts::Host*> stations = hosts::Routes(snapshot).hops_to(host);
  stations.push_back(&host);
  std::shared_ptr<const ssh::Target> before;
  for (const hosts::Host* station : stations) {
    ssh::Target target = address_for(snapshot, *station);
    target.ask_human = ask_human;
    target.jump = before;
    // Behind a jump host the only way is through it.
    if (!before) co_await add_proxy(target, *station, secrets);
    if (station == &host) co_return target;
    target.credentials = co_await credentials_for(*station, secrets);
    before = std::make_shared<const ssh::Target>(std::move(target));
  }
  throw Error(ErrorCode::internal, "a way without an end");
}

base::Task<ssh::Target> target_for(const hosts::Snapshot& snapshot, const hosts::Host& host, Secrets& secrets,
                                   ssh::AskHuman ask_human) {
  ssh::Target target = co_await way_to(snapshot, host, secrets, std::move(ask_human));
  target.credentials = co_await credentials_for(host, secrets);
  co_return target;
}

}  // namespace mcpssh::gateway
