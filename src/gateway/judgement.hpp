#pragma once
#include <expected>
#include <string>

#include "gateway/action.hpp"
#include "guard/judge.hpp"
#include "hosts/host.hpp"

namespace mcpssh::gateway {

/// What the host gets: the call's own directory and environment laid over the host's `workdir` and `env`.
Exec with_defaults(const Exec& exec, const hosts::Host& host);

/// Whether `exec` can be run on `host` at all: names that are names, no NUL, bounds, and options only where
/// there is a POSIX shell. Error(invalid_argument | limit_reached) says what to do instead.
std::expected<void, base::Error> check_exec(const Exec& exec, const hosts::Host& host);

/// `exec` as one text a person could have typed, which is what the guard reads: directory, environment, sudo
/// and stdin (as a here-document) around the command. Empty when there is only the command.
std::string composed(const Exec& exec);

/// The strictest of what the guard says of the bare command, standing where it would run, and of composed();
/// findings of both. `exec` is the call's own, without the host's defaults: those the owner chose.
guard::Verdict judge_exec(const Exec& exec, const hosts::Host& host, const guard::Policy& policy);

/// The language commands for `host` are in.
guard::Dialect dialect_of(const hosts::Host& host);

/// "in /srv; env A, B; as postgres; stdin 12 bytes sha256 ..., tty": what a record says beside the command.
/// No values. Empty when there is only the command.
std::string particulars(const Exec& exec);

}  // namespace mcpssh::gateway
