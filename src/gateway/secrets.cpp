#include "gateway/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/child_process.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "hosts/secret_source.hpp"
#include "ssh/session/blocking.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::Fault;
using base::Secret;
using hosts::SecretRef;

/// More than a configuration has; the oldest go first.
constexpr std::size_t most_learned = 4096;

std::string key_of(const SecretRef& ref) {
  std::string key = fmt::format("{}:{}", static_cast<int>(ref.source), ref.name);
  for (const auto& word : ref.command) key += fmt::format("\n{}:{}", word.size(), word);
  return key;
}

Error failed(const SecretRef& ref, Fault fault, std::string_view why) {
  return Error(fault, fmt::format("{} {} {}", hosts::name_of(ref), why, hosts::asked_by(ref)),
               "run the command by hand as the user of this server; its first line of output is the secret");
}

/// The first line of what the command printed. Its output is in no message.
Secret secret_in(const SecretRef& ref, base::ChildOutput output) {
  Secret secret = hosts::first_line(std::move(output.text));
  if (output.too_long) throw failed(ref, Fault::limit_reached, "printed more than 64 KiB");
  if (output.end.signal != 0)
    throw failed(ref, Fault::secret_command_failed, fmt::format("was ended by signal {}", output.end.signal));
  if (output.end.exit_code != 0)
    throw failed(ref, Fault::secret_command_failed,
                 fmt::format("failed with exit code {}", output.end.exit_code));
  if (secret.empty()) throw failed(ref, Fault::secret_missing, "printed an empty first line");
  return secret;
}

}  // namespace

Secrets::Secrets(base::Executor executor, Options options, const hosts::Snapshot& snapshot)
    : executor_(std::move(executor)), options_(std::move(options)) {
  adopt(snapshot);
}

base::Task<Secret> Secrets::get(SecretRef ref) {
  if (ref.source == SecretRef::Source::environment) {
    auto value = hosts::resolve(ref, options_.environment);
    if (!value) throw Error(value.error());
    co_return *std::move(value);
  }
  auto& slot = kept_[key_of(ref)];
  if (!slot) slot = std::make_shared<Kept>(executor_);
  const auto kept = slot;  // stays also when the configuration changes meanwhile
  const auto turn = co_await kept->turn.take();
  if (!kept->value) {
    Secret found = co_await look_up(std::move(ref));
    learn(found);
    kept->value = std::move(found);
  }
  co_return *kept->value;
}

base::Task<Secret> Secrets::look_up(SecretRef ref) {
  if (ref.source == SecretRef::Source::command) co_return co_await run(std::move(ref));
  const auto read = [&ref, this] { return hosts::resolve(ref, options_.environment); };
  auto value = co_await ssh::off_thread(read);
  if (!value) throw Error(value.error());
  co_return *std::move(value);
}

base::Task<Secret> Secrets::run(SecretRef ref) {
  std::optional<Error> failure;
  try {
    auto output =
        co_await base::output_of(ref.command, hosts::limits::secret_bytes, options_.command_timeout);
    co_return secret_in(ref, std::move(output));
  } catch (const Error& error) {
    failure = error;
  }
  if (failure->cause().find(hosts::asked_by(ref)) != std::string::npos) throw Error(*failure);
  throw Error(failure->code(), fmt::format("{} {}", failure->cause(), hosts::asked_by(ref)),
              failure->next_move());
}

void Secrets::drop(const SecretRef& ref) {
  kept_.erase(key_of(ref));
}

void Secrets::drop(const hosts::Host& host) {
  for (const SecretRef* ref : hosts::secrets_of(host)) drop(*ref);
}

void Secrets::adopt(const hosts::Snapshot& snapshot) {
  kept_.clear();
  from_environment_ = hosts::all_secrets(snapshot, options_.environment);
  tell();
}

void Secrets::learn(const Secret& secret) {
  const auto known = [&](const Secret& other) {
    return base::equal_constant_time(other.reveal(), secret.reveal());
  };
  if (std::ranges::any_of(learned_, known)) return;
  if (learned_.size() >= most_learned) learned_.erase(learned_.begin());
  learned_.push_back(secret);
  tell();
}

void Secrets::tell() {
  std::vector<Secret> all = from_environment_;
  all.insert(all.end(), learned_.begin(), learned_.end());
  options_.learned(std::move(all));
}

}  // namespace mcpssh::gateway
