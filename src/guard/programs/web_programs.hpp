#pragma once
#include "guard/programs/program.hpp"

/// Programs that speak to web services.
namespace mcpssh::guard {

void judge_curl(const Call& call);
void judge_wget(const Call& call);
void judge_httpie(const Call& call);

/// Tells what asking for `address` means: file: reads a file, a metadata service gives out credentials.
void asks_for(const Call& call, const Field& address);

}  // namespace mcpssh::guard
