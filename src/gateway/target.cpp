#include "gateway/target.hpp"

#include "base/file.hpp"
#include "base/limits.hpp"

namespace mcpssh::gateway {
namespace {

base::Secret secret(const hosts::SecretRef& ref, const hosts::Host& host,
                    const hosts::Environment& environment) {
  auto value = hosts::resolve(ref, environment);
  if (!value) throw value.error().at_host(host.name).at_step("log in");
  return *std::move(value);
}

ssh::Credentials credentials_for(const hosts::Host& host, const hosts::Environment& environment) {
  ssh::Credentials credentials;
  switch (host.auth.method) {
    case hosts::AuthMethod::key:
      credentials.method = ssh::Credentials::Method::key;
      credentials.key_file = base::expand_home(host.auth.key_path);
      if (host.auth.passphrase) credentials.passphrase = secret(*host.auth.passphrase, host, environment);
      break;
    case hosts::AuthMethod::password:
      credentials.method = ssh::Credentials::Method::password;
      if (host.auth.password) credentials.password = secret(*host.auth.password, host, environment);
      break;
    case hosts::AuthMethod::agent:
      credentials.method = ssh::Credentials::Method::agent;
      credentials.agent_socket = environment("SSH_AUTH_SOCK").value_or("");
      break;
  }
  return credentials;
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
  target.posix = host.shell == hosts::ShellKind::posix;
  target.connect_timeout = base::limits::connect_timeout;
  target.login_timeout = base::limits::login_timeout;
  return target;
}

ssh::Target target_for(const hosts::Snapshot& snapshot, const hosts::Host& host,
                       const hosts::Environment& environment) {
  ssh::Target target = address_for(snapshot, host);
  target.credentials = credentials_for(host, environment);
  return target;
}

}  // namespace mcpssh::gateway
