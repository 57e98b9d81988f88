#include <algorithm>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "ssh/login/key_file.hpp"
#include "ssh/login/log_in.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::Fault;
using Step = LogIn::Step;
namespace fs = std::filesystem;
namespace {

/// Signing at once, without asking first whether the host knows the key, saves a round trip.
base::Task<Step> offer(LogIn& log_in, const KeyHandle& key, std::string what) {
  const auto call = [&key](ssh_session session) {
    return ssh_userauth_publickey(session, nullptr, key.get());
  };
  log_in.under_way = what;
  const int rc = co_await log_in.drive(call);
  co_return log_in.after(rc, std::move(what));
}

/// Some old servers announce signatures with SHA-2 and take none. Only where `algorithms` allows SHA-1.
base::Task<Step> offer_with_sha1(LogIn& log_in, const KeyHandle& key, std::string what) {
  const auto& user_keys = log_in.user_keys;
  const auto allowed = base::split(user_keys, ',');
  const bool may_help =
      ssh_key_type(key.get()) == SSH_KEYTYPE_RSA && std::ranges::count(allowed, "ssh-rsa") > 0;
  if (!may_help || log_in.attempts_left <= 0) co_return Step::spent;
  ssh_options_set(log_in.driver->session(), SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, "ssh-rsa");
  const Step step = co_await offer(log_in, key, std::move(what));
  if (step != Step::done)
    ssh_options_set(log_in.driver->session(), SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, user_keys.c_str());
  co_return step;
}

bool agent_may_hold_it(const Credentials& credentials) {
  return std::ranges::count(credentials.methods, Credentials::Method::agent) > 0;
}

/// True for a key nobody named that is not there, or that only its owner's agent can open.
bool passed_over(const Credentials& credentials, const fs::path& file) {
  std::error_code none;
  if (credentials.usual_keys && !fs::exists(file, none)) return true;
  const bool optional = credentials.usual_keys || agent_may_hold_it(credentials);
  return optional && !credentials.passphrase && is_encrypted_key_file(file);
}

base::Task<Step> try_file(LogIn& log_in, fs::path file) {
  const auto& credentials = log_in.target.credentials;
  const std::string name = base::printable(file.filename().string());
  const auto skip = [&credentials, &file] { return passed_over(credentials, file); };
  if (co_await off_thread(skip)) {
    std::error_code none;
    if (!fs::exists(file, none)) co_return Step::spent;
    const Error encrypted(Fault::passphrase_missing, "it is encrypted and no passphrase is set",
                          "set auth.passphrase_env, or add the key to the agent with ssh-add");
    co_return log_in.pass_over("publickey (" + name + ")", encrypted);
  }
  const auto load = [&credentials, &file] {
    return load_key(file, credentials.passphrase, credentials.certificate);
  };
  const LoadedKey key = co_await off_thread(load);
  Step step = Step::spent;
  if (key.certified) step = co_await offer(log_in, key.certified, "publickey (" + name + ", certificate)");
  if (step == Step::spent && log_in.attempts_left > 0)
    step = co_await offer(log_in, key.plain, "publickey (" + name + ")");
  if (step == Step::spent)
    step = co_await offer_with_sha1(log_in, key.plain, "publickey (" + name + ", ssh-rsa)");
  co_return step;
}

}  // namespace

base::Task<Step> log_in_by_key(LogIn& log_in) {
  const auto& files = log_in.target.credentials.key_files;
  if (files.empty()) {
    const Error none(Fault::credential_missing, "no key is set for this host",
                     "set auth.key_path for this host");
    co_return log_in.pass_over("publickey", none);
  }
  while (log_in.next_key < files.size() && log_in.attempts_left > 0) {
    const Step step = co_await try_file(log_in, files[log_in.next_key++]);
    if (step != Step::spent) co_return step;
    if (!log_in.may_accept(SSH_AUTH_METHOD_PUBLICKEY)) break;
  }
  co_return Step::spent;
}

}  // namespace mcpssh::ssh
