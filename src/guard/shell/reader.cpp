#include "guard/shell/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "guard/effects/rules.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/arithmetic.hpp"
#include "guard/shell/parser.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/starts.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::size_t longest_reason = 400;

const Input unknown_input{Input::Kind::unknown, {}, {}};
const Input empty_input{Input::Kind::literal, {}, {}};

bool is_descriptor(const Field& target) {
  return target.literal() && target.text().find_first_not_of("0123456789-") == std::string::npos;
}

/// What stands in a file, or comes out of "<(...)".
Input from(const Field& target) {
  return {Input::Kind::unknown, target.opaque() ? target.text() : std::string(), {}};
}

/// "export ...": some shells part the words behind it, and others do not.
bool declares(Words words) {
  const auto plain = [](const Field& word) { return has_name("command builtin --", word.text()); };
  const auto first = std::ranges::find_if_not(words, plain);
  return first != words.end() && has_name("export declare typeset local readonly", first->text());
}

/// Of one word these were made: what each of them assigns is not known.
void blur_values(std::span<Field> words) {
  const bool upward = std::ranges::any_of(words, [](const Field& word) { return leads_up(word); });
  for (Field& word : words) {
    const auto equals = word.known_prefix().find('=');
    if (equals == std::string_view::npos) continue;
    word = word.substr(0, equals + 1);
    word.append('?', upward ? Field::Ink::upward : Field::Ink::opaque);
  }
}

bool feeds_input(std::string_view op) {
  return op.starts_with('<') || op.starts_with("0<");
}

}  // namespace

Reader::Reader(Reading& out, Budget& budget, bool interactive)
    : out_(out), budget_(budget), interactive_(interactive) {}

void Reader::find_out(std::string_view rule, std::string_view reason) {
  if (rule == "read") return;
  Finding found = finding(rule, base::printable(reason, longest_reason), span_);
  if (only_denials_ && found.decision != Decision::deny) return;
  // What is allowed is said once, so that it cannot crowd out what is not.
  const bool allowed = found.decision == Decision::allow;
  const auto known = std::ranges::find_if(out_.findings, [&](const Finding& f) {
    return f.rule == found.rule &&
           (allowed || (f.reason == found.reason && f.span.begin == found.span.begin));
  });
  const auto index = static_cast<std::size_t>(known - out_.findings.begin());
  if (known == out_.findings.end()) {
    // A rule's first finding is always kept: another mode may be stricter about it than about the others.
    std::size_t& told = told_[found.rule];
    const bool denied = found.decision == Decision::deny && told < limits::findings;
    if (out_.findings.size() >= limits::findings && told > 0 && !denied) {
      out_.crowded = true;
      return;
    }
    ++told;
    out_.findings.push_back(std::move(found));
    out_.causes.emplace_back();
  }
  out_.causes[index].insert(invocation_);
}

void Reader::read(std::string_view text, Environment& environment) {
  Parser parser(text, budget_, 0);
  Script script = parser.parse();
  out_.incomplete = script.incomplete && !script.problem;
  out_.open_from = script.open_from;
  if (script.problem) {
    span_ = {script.problem_at, text.size()};
    out_.unchecked = true;
    find_out("shell.unreadable",
             fmt::format("the text does not parse: {}", base::printable(*script.problem)));
  }
  scripts_.push_back(std::move(script.root));
  const Input input;
  top_ = &environment;
  run(*scripts_.back(), environment, input);
  top_ = nullptr;
  run_traps(environment);
  if (!interactive_) run_uncalled(environment);
  if (budget_.exhausted() || overwrapped_) {
    span_ = {0, text.size()};
    out_.unchecked = true;
    out_.cut_short = budget_.exhausted();
    find_out("shell.too-complex", "the text is past the limits of what the guard reads");
  }
}

bool Reader::read_on(std::string_view text, Environment& environment) {
  Parser parser(text, budget_, 0);
  Script script = parser.parse();
  scripts_.push_back(std::move(script.root));
  top_ = &environment;
  run(*scripts_.back(), environment, Input{});
  top_ = nullptr;
  run_traps(environment);
  return !script.problem && !script.incomplete;
}

void Reader::code(std::string_view text, Environment& environment, const Input& input) {
  if (depth_ + 1 > budget_.depth()) return budget_.exhaust();
  if (!budget_.bytes(text.size())) return;
  ++depth_;
  const bool outermost = std::exchange(outermost_, false);
  // Who runs it is not to blame for what it does.
  const auto outer = std::exchange(invocation_, Reading::nobody);
  Parser parser(text, budget_, depth_);
  Script script = parser.parse();
  if (script.problem || script.incomplete) {
    out_.unchecked = true;
    find_out("shell.unreadable",
             fmt::format("code inside the command does not parse: {}", base::printable(text, 80)));
  }
  scripts_.push_back(std::move(script.root));
  run(*scripts_.back(), environment, input);
  invocation_ = outer;
  outermost_ = outermost;
  --depth_;
}

void Reader::code_word(const Field& word, Context& context) {
  if (word.opaque())
    return find_out("shell.opaque-code", fmt::format("runs code that is known only at run time: {}",
                                                     base::printable(word.text(), 80)));
  code(word.text(), context.environment, context.input);
}

WordEvents Reader::events(Environment& environment, const Input& input) {
  WordEvents out;
  out.redefined = [this](std::string_view name) { return is_redefined(name); };
  out.earlier_lines = interactive_;
  out.temporary_elsewhere = interactive_ || temporary_elsewhere_;
  out.own_names = interactive_ || !functions_.empty() || !aliases_.empty();
  out.runs = [this, &environment, &input](const Node& script) {
    Environment inside = environment;
    const bool outermost = std::exchange(outermost_, false);
    run(script, inside, input);
    outermost_ = outermost;
  };
  out.says = [this](std::string_view rule, std::string_view why) { find_out(rule, why); };
  out.assigns = [this, &environment](std::string_view name, const Field& value) {
    code_variable(name, value, environment);
  };
  return out;
}

Reader::Produced Reader::run(const Node& node, Environment& environment, const Input& input) {
  if (!budget_.step()) return std::nullopt;
  if (node.kind == Node::Kind::simple) return run_simple(node, environment, input);
  if (node.redirects.empty()) return run_compound(node, environment, input);
  SimpleCommand compound;
  compound.canonical = "{ ...; }";
  const Input mine = redirect(node, environment, input, compound);
  out_.commands.push_back(std::move(compound));
  return run_compound(node, environment, mine);
}

Reader::Produced Reader::run_compound(const Node& node, Environment& environment, const Input& input) {
  using Kind = Node::Kind;
  switch (node.kind) {
    case Kind::sequence:
    case Kind::group:
      return run_sequence(node, environment, input);
    case Kind::background:
    case Kind::subshell: {
      Environment inside = environment;
      return run(*node.children[0], inside, input);
    }
    case Kind::chain:
      run_chain(node, environment, input);
      return std::nullopt;
    case Kind::pipeline:
      return run_pipeline(node, environment, input);
    case Kind::branch:
      run_branch(node, environment, input);
      return std::nullopt;
    case Kind::loop:
      run_loop(node, environment, input);
      return std::nullopt;
    case Kind::for_each:
      run_for_each(node, environment, input);
      return std::nullopt;
    case Kind::function:
      run_function(node, environment);
      return std::nullopt;
    case Kind::simple:
    case Kind::expression:
      break;
  }
  read_words(node, environment, input);
  if (node.kind == Kind::expression && node.language == Node::Language::arithmetic)
    run_nested_list(node.name, environment, input);
  return std::nullopt;
}

void Reader::read_words(const Node& node, Environment& environment, const Input& input) {
  const WordEvents on = events(environment, input);
  WordExpander expander(environment, budget_, on);
  switch (node.language) {
    case Node::Language::text:
      for (const Word& word : node.words) expander.visit(word);
      return;
    case Node::Language::arithmetic:
      for (const Word& word : node.words) evaluate(expander.expand_one(word), environment, on);
      return;
    case Node::Language::test:
      break;
  }
  Fields words;
  for (const Word& word : node.words) words.push_back(expander.expand_one(word));
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string_view text = words[i].text();
    if (text == "-v" || text == "-R") evaluate_name(words[i + 1], on);
    if (i == 0 || !has_name("-eq -ne -lt -le -gt -ge", text)) continue;
    evaluate(words[i - 1], environment, on);
    evaluate(words[i + 1], environment, on);
  }
}

Reader::Produced Reader::run_sequence(const Node& node, Environment& environment, const Input& input) {
  Produced produced;
  for (const auto& child : node.children) produced = run(*child, environment, input);
  return node.children.size() == 1 ? produced : std::nullopt;
}

void Reader::run_branch(const Node& node, Environment& environment, const Input& input) {
  run(*node.children[0], environment, input);
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    Environment taken = environment;
    run(*node.children[i], taken, input);
    environment.merge(taken);
  }
}

Reader::Produced Reader::run_pipeline(const Node& node, Environment& environment, const Input& input) {
  Input next = input;
  Produced produced;
  for (const auto& child : node.children) {
    Environment inside = environment;
    produced = run(*child, inside, next);
    next = produced ? *produced : unknown_input;
    // ksh runs the last part in the shell itself: what it changes is not known afterwards.
    if (&child == &node.children.back()) environment.merge(inside);
  }
  return produced;
}

void Reader::run_chain(const Node& node, Environment& environment, const Input& input) {
  run(*node.children[0], environment, input);
  // "cd /srv || exit": whoever goes on is there.
  if (is_cd(*node.children[0]) && node.operators[0] == '|' && leaves(*node.children[1], functions_open_ > 0))
    environment.arrive();
  const Environment after_first = environment;
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    if (node.operators[i - 1] == '&') {
      if (is_cd(*node.children[i - 1])) environment.arrive();
      run(*node.children[i], environment, input);
      continue;
    }
    Environment otherwise = environment;
    run(*node.children[i], otherwise, input);
    environment.merge(otherwise);
  }
  environment.merge(after_first);
}

void Reader::run_loop(const Node& node, Environment& environment, const Input& input) {
  if (!node.words.empty()) read_words(node, environment, input);
  // Twice, so that what one round leaves behind is seen by the next.
  for (int round = 0; round < 2; ++round) {
    Environment inside = environment;
    if (round > 0 && !node.words.empty()) read_words(node, inside, input);
    for (const auto& child : node.children) run(*child, inside, input);
    environment.merge(inside);
  }
}

void Reader::run_for_each(const Node& node, Environment& environment, const Input& input) {
  Fields values;
  const WordEvents on = events(environment, input);
  WordExpander expander(environment, budget_, on);
  for (const Word& word : node.words) expander.expand(word, values);
  const Fields* arguments = node.over_arguments ? environment.arguments() : nullptr;
  if (arguments != nullptr) values = *arguments;
  const bool unknown_arguments = node.over_arguments && arguments == nullptr;
  const bool known = !unknown_arguments && values.size() <= limits::loop_values &&
                     std::ranges::none_of(values, &Field::splits);
  if (!known) {
    code_variable(node.name, Field::unknown("?", false), environment);
    if (std::ranges::any_of(values, leads_up) || (unknown_arguments && environment.may_lead_up("@")))
      environment.lead_up(node.name);
    const bool numbers = !unknown_arguments && std::ranges::all_of(values, &Field::is_number);
    values.assign(2, numbers ? Field::number("$" + node.name) : environment.unknown_value(node.name));
  }
  for (const Field& value : values) {
    if (budget_.spent()) return;
    if (known) code_variable(node.name, value, environment);
    Environment inside = environment;
    inside.set(node.name, value);
    for (const auto& child : node.children) run(*child, inside, input);
    environment.merge(inside);
  }
}

Reader::Produced Reader::run_simple(const Node& node, Environment& environment, const Input& input) {
  if (outermost_) span_ = node.span;
  SimpleCommand command;
  Fields fields;
  {
    const WordEvents on = events(environment, input);
    WordExpander expander(environment, budget_, on);
    fields.reserve(node.words.size());
    for (const Word& word : node.words) {
      const std::size_t before = fields.size();
      expander.expand(word, fields);
      if (fields.size() > before + 1 && declares(fields)) blur_values(std::span(fields).subspan(before));
      for (const Expansion& expansion : word.expansions)
        command.substitutes = command.substitutes || expansion.script || expansion.inner;
    }
  }
  command.runs = !fields.empty();
  command.opaque = std::ranges::any_of(fields, &Field::opaque);
  // Assignments before a command hold for that command only; what else it changes may stay.
  std::optional<Environment> temporary;
  if (!node.assignments.empty() && command.runs) temporary = environment;
  Environment& during = temporary ? *temporary : environment;
  command.canonical = base::trim(assign(node, during, command) + canonical(fields));
  const Input mine = redirect(node, during, input, command);
  out_.commands.push_back(std::move(command));
  if (interactive_ && !temporary) changes_session(node, fields);
  if (fields.empty() || budget_.spent()) return std::nullopt;
  Context context{during, mine, out_.commands.size() - 1};
  Produced produced = dispatch(out_.keep(std::move(fields)), context);
  if (temporary) {
    for (const Assignment& assignment : node.assignments) temporary->merge_name(assignment.name, environment);
    environment = std::move(*temporary);
  }
  return produced;
}

void Reader::changes_session(const Node& node, Words words) {
  const auto is_ifs = [](const Assignment& one) { return one.name == "IFS"; };
  if (std::ranges::any_of(node.assignments, is_ifs))
    find_out("shell.code-variable", "IFS parts the words of later lines otherwise");
  const auto feeds = [](const Redirect& one) { return feeds_input(one.op); };
  if (!words.empty() && words.back().text() == "exec" && std::ranges::any_of(node.redirects, feeds))
    find_out("shell.opaque-code", "exec has the shell read its next commands from elsewhere");
}

Input Reader::redirect(const Node& node, Environment& environment, const Input& input,
                       SimpleCommand& command) {
  Input out = input;
  if (node.redirects.empty()) return out;
  const WordEvents on = events(environment, input);
  for (const Redirect& redirect : node.redirects) {
    WordExpander expander(environment, budget_, on);
    const bool feeds = feeds_input(redirect.op);
    // "{fd}>file" puts a number into a variable.
    if (redirect.op.starts_with('{')) {
      const auto name = std::string_view(redirect.op).substr(1, redirect.op.find('}') - 1);
      code_variable(name, Field::number("$fd"), environment);
      environment.set(name, Field::number("$" + std::string(name)));
    }
    if (redirect.kind == Redirect::Kind::here_document || redirect.kind == Redirect::Kind::here_string) {
      const Field text = expander.expand_one(redirect.target);
      if (feeds) out = {text.literal() ? Input::Kind::literal : Input::Kind::unknown, text.text() + "\n", {}};
      command.canonical += fmt::format(" {} {}", redirect.op, text.canonical());
      command.substitutes = command.substitutes || !redirect.target.expansions.empty();
      continue;
    }
    Fields fields;
    expander.expand(redirect.target, fields);
    const Field target = fields.size() == 1 ? fields[0] : Field::unknown("?", true);
    command.canonical += fmt::format(" {} {}", redirect.op, target.canonical());
    command.substitutes = command.substitutes || !redirect.target.expansions.empty();
    const bool duplicates = redirect.kind == Redirect::Kind::duplicate && is_descriptor(target);
    if (redirect.kind == Redirect::Kind::read || (duplicates && feeds)) {
      if (feeds) out = target.text() == "/dev/null" ? empty_input : from(target);
      if (target.text().starts_with("/dev/tcp/") || target.text().starts_with("/dev/udp/"))
        write_to(target, Writing::change, environment);
      else if (redirect.kind == Redirect::Kind::read)
        with_shell(environment, [&](const Call& call) { reads_file(call, target); });
    } else if (!duplicates) {
      if (target.text() != "/dev/null") command.writes = true;
      const bool appends = redirect.op.contains(">>") || redirect.op.contains("<>");
      write_to(target, appends ? Writing::append : Writing::replace, environment);
    }
  }
  return out;
}

void Reader::write_to(const Field& target, Writing how, Environment& environment) {
  const Field path = absolute(target, environment.directory());
  if (path.text().starts_with("/dev/tcp/") || path.text().starts_with("/dev/udp/"))
    return find_out("net.shell-socket", fmt::format("the shell opens a network connection through {}",
                                                    base::printable(path.text(), 80)));
  with_shell(environment, [&](const Call& call) { writes_file(call, target, how); });
}

}  // namespace mcpssh::guard
