#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "guard/shell/reader.hpp"
#include "guard/shell/starts.hpp"
#include "guard/shell/words.hpp"

/// Functions, aliases and traps: code that has a name, or runs later.
namespace mcpssh::guard {
namespace {

const Input unknown_input{Input::Kind::unknown, {}, {}};

}  // namespace

void Reader::run_function(const Node& node, const Environment& environment) {
  functions_[node.name].push_back(node.children[0].get());
  if (multiplies(*node.children[0], node.name))
    find_out("shell.fork-bomb",
             fmt::format("{} starts itself over and over", base::printable(node.name, 40)));
  if (is_known(node.name))
    find_out("shell.redefinition", fmt::format("{} gets another meaning", base::printable(node.name, 40)));
  // As if called at once with anything, in a session where nobody can tell what came before. Elsewhere what
  // it does is judged where it is called, or at the end if nowhere.
  Environment inside = environment;
  if (interactive_) inside.forget_all();
  const bool muted = std::exchange(only_denials_, only_denials_ || !interactive_);
  run_body(*node.children[0], inside);
  only_denials_ = muted;
}

void Reader::run_body(const Node& body, Environment& environment) {
  environment.forget_arguments();
  ++functions_open_;
  run(body, environment, unknown_input);
  --functions_open_;
}

void Reader::run_traps(const Environment& environment) {
  for (const Field& code_of_trap : std::exchange(traps_, {})) {
    // As it finds the shell at the end, and at any time before.
    for (Environment later : {environment, environment.at_any_time()}) {
      Context context{later, unknown_input, 0};
      code_word(code_of_trap, context);
    }
  }
}

void Reader::run_uncalled(const Environment& environment) {
  std::vector<const Node*> all;
  for (const auto& [name, bodies] : functions_) std::ranges::copy(bodies, std::back_inserter(all));
  for (const Node* body : all) {
    if (called_.contains(body)) continue;
    Environment inside = environment;
    span_ = body->span;
    run_body(*body, inside);
  }
}

void Reader::dispatch_shadowed(Words words, Context& context) {
  const std::string_view name = words[0].text();
  // The definition may stand where it was never reached: then the name means what it always does.
  Environment otherwise = context.environment;
  call_function(words, context);
  if (context.wraps == 0) expand_alias(words, context);
  if (!is_known(name)) return;
  Context undefined{otherwise, context.input, context.command, context.wraps};
  dispatch_name(words, undefined);
  context.environment.merge(otherwise);
}

bool Reader::is_redefined(std::string_view name) const {
  return functions_.contains(name) || aliases_.contains(name);
}

void Reader::call_function(Words words, Context& context) {
  const auto function = functions_.find(words[0].text());
  if (function == functions_.end()) return;
  if (depth_ >= budget_.depth()) return budget_.exhaust();
  ++depth_;
  ++functions_open_;
  const auto outer = std::exchange(invocation_, Reading::nobody);
  const auto bodies = function->second;
  for (const Node* body : bodies) {
    if (!only_denials_) called_.insert(body);
    Environment inside = context.environment;
    inside.set_arguments(tail(words, 1));
    run(*body, inside, context.input);
    inside.take_arguments(context.environment);
    context.environment.merge(inside);
  }
  invocation_ = outer;
  --functions_open_;
  --depth_;
}

void Reader::expand_alias(Words words, Context& context) {
  const auto alias = aliases_.find(words[0].text());
  if (alias == aliases_.end()) return;
  // An alias is not expanded inside itself.
  auto kept = aliases_.extract(alias);
  code(kept.mapped() + " " + canonical(tail(words, 1)), context.environment, context.input);
  aliases_.insert(std::move(kept));
}

}  // namespace mcpssh::guard
