#include "guard/shell/parser.hpp"

#include <algorithm>
#include <array>

#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::array<std::string_view, 8> closers{"then", "do", "done", "fi", "elif", "else", "esac", "}"};
constexpr std::array<std::string_view, 11> openers{"{",    "if", "while",    "until", "for", "select",
                                                   "case", "[[", "function", "!",     "time"};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

Parser::Nested::Nested(Parser& parser) : parser_(parser) {
  if (++parser_.nesting_ > limits::nesting) {
    parser_.budget_.exhaust();
    parser_.fail("commands are nested too deeply");
  }
}

Parser::Parser(std::string_view text, Budget& budget, int depth)
    : text_(text), budget_(budget), depth_(depth) {}

Script Parser::parse() {
  if (depth_ > budget_.depth()) {
    budget_.exhaust();
    fail("code is nested too deeply");
  }
  script_.root = sequence(false);
  if (!at_end()) fail("unexpected \"" + std::string(text_.substr(at_, 1)) + "\"");
  if (!here_.empty()) end_too_soon();
  script_.open_from = unclosed_here_.value_or(command_start_);
  return std::move(script_);
}

std::unique_ptr<Node> Parser::make(Node::Kind kind) {
  if (!budget_.step()) fail("the text has too many commands");
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->span = {at_, at_};
  return node;
}

std::unique_ptr<Node> Parser::sequence(bool in_parentheses) {
  const bool top = nesting_ == 0;
  const Nested nested(*this);
  auto node = make(Node::Kind::sequence);
  while (!at_end()) {
    skip_blanks();
    if (peek() == '\n') {
      newline();
      if (top) command_start_ = at_;
      continue;
    }
    const bool case_end = looking_at(";;") || looking_at(";&");
    if (at_end() || peek() == ')' || case_end || is_one_of(peek_plain_word(), closers)) break;
    if (take(";")) continue;
    auto child = chain();
    skip_blanks();
    if (peek() == '&' && peek(1) != '&') {
      ++at_;
      auto background = make(Node::Kind::background);
      background->children.push_back(std::move(child));
      child = std::move(background);
    }
    node->children.push_back(std::move(child));
  }
  if (in_parentheses && at_end()) end_too_soon();
  return node;
}

std::unique_ptr<Node> Parser::chain() {
  auto first = pipeline();
  skip_blanks();
  if (!looking_at("&&") && !looking_at("||")) return first;
  auto node = make(Node::Kind::chain);
  node->children.push_back(std::move(first));
  while (looking_at("&&") || looking_at("||")) {
    node->operators += peek();
    at_ += 2;
    skip_newlines();
    if (at_end()) end_too_soon();
    node->children.push_back(pipeline());
    skip_blanks();
  }
  return node;
}

bool Parser::skip_prefixes() {
  for (bool negated = false;;) {
    skip_blanks();
    if (take_keyword("!")) {
      negated = true;
      continue;
    }
    const auto before = at_;
    const bool coproc = take_keyword("coproc");
    if (!coproc && !take_keyword("time")) return negated;
    skip_blanks();
    take_keyword("-p");
    skip_blanks();
    if (peek() == '(' || is_one_of(peek_plain_word(), openers)) continue;
    if (coproc && !read_name().empty()) {
      skip_blanks();
      if (peek() == '(' || is_one_of(peek_plain_word(), openers)) continue;
    }
    at_ = before;  // "time" and "coproc" before a simple command are wrappers like any other
    return negated;
  }
}

std::unique_ptr<Node> Parser::pipeline() {
  const bool negated = skip_prefixes();
  auto first = command();
  first->negated = negated;
  skip_blanks();
  if (peek() != '|' || peek(1) == '|') return first;
  auto node = make(Node::Kind::pipeline);
  node->children.push_back(std::move(first));
  while (peek() == '|' && peek(1) != '|') {
    at_ += peek(1) == '&' ? 2 : 1;
    skip_newlines();
    if (at_end()) end_too_soon();
    skip_prefixes();
    node->children.push_back(command());
    skip_blanks();
  }
  return node;
}

std::unique_ptr<Node> Parser::command() {
  const Nested nested(*this);
  skip_blanks();
  std::unique_ptr<Node> node;
  const auto keyword = peek_plain_word();
  if (peek() == '(')
    node = parenthesised();
  else if (is_one_of(keyword, openers))
    node = compound(keyword);
  else
    return simple();
  skip_blanks();
  while (redirect(*node)) skip_blanks();
  node->span.end = at_;
  return node;
}

std::unique_ptr<Node> Parser::simple() {
  auto node = make(Node::Kind::simple);
  const auto start = at_;
  for (;;) {
    skip_blanks();
    if (redirect(*node)) continue;
    if (node->words.empty() && assignment(*node)) continue;
    const bool process = at_process();
    if (at_end() || (ends_word(peek()) && !process)) break;
    node->words.push_back(word());
    node->span.end = at_;
    Word& last = node->words.back();
    if (peek() == '(' && node->words.size() > 1 && !last.atoms.empty() && last.atoms.back().c == '=')
      array_value(last);  // declare x=(...)
    if (node->words.size() > 1 || !node->assignments.empty() || !node->redirects.empty()) continue;
    const auto before = at_;
    skip_blanks();
    if (take("(")) {
      skip_blanks();
      const auto name = text_.substr(start, before - start);
      if (name.contains('\\')) fail("a function whose name is not plain");
      if (take(")")) return function_body(std::string(name));
      fail("unexpected \"(\"");
    }
  }
  if (peek() == '(') fail("unexpected \"(\"");
  const bool empty = node->words.empty() && node->assignments.empty() && node->redirects.empty();
  if (empty && !at_end()) fail("unexpected \"" + std::string(text_.substr(at_, 1)) + "\"");
  node->span = {start, std::max(at_, start)};
  return node;
}

bool Parser::assignment(Node& node) {
  const Mark start = mark();
  Assignment out;
  out.name = read_name();
  if (out.name.empty()) return false;
  if (take("[")) {
    out.subscript = words_until("]", false);
    out.plain = false;
    take("]");
  }
  if (take("+=")) {
    out.appends = out.plain;
    out.plain = false;
  } else if (!take("=")) {
    go_back(start);
    return false;
  }
  const bool process = at_process();
  if (peek() == '(') {
    out.plain = out.appends = false;
    array_value(out.value);
  } else if (process || (!at_end() && !ends_word(peek()))) {
    out.value = word();
  }
  node.assignments.push_back(std::move(out));
  return true;
}

void Parser::array_value(Word& out) {
  const Nested nested(*this);
  const auto text = [&](char c) { out.atoms.push_back({c, Atom::Ink::quoted, 0}); };
  take("(");
  text('(');
  for (bool first = true;; first = false) {
    skip_newlines();
    if (at_end() || peek() == ')') break;
    if (ends_word(peek()) && !at_process()) return fail("an array that does not read");
    if (!first) text(' ');
    const auto from = at_;
    Expansion element;
    element.kind = Expansion::Kind::parameter;
    element.inner = std::make_unique<Word>(word());
    add(out, std::move(element), from, true);
  }
  text(')');
  if (!take(")")) end_too_soon();
}

bool Parser::redirect(Node& node) {
  const char first = peek();
  if (first != '<' && first != '>' && first != '&' && first != '{' && (first < '0' || first > '9'))
    return false;
  const auto before = at_;
  std::size_t prefix = 0;
  while (peek(prefix) >= '0' && peek(prefix) <= '9') ++prefix;
  if (prefix == 0 && peek() == '{') {
    prefix = 1;
    while (is_name_character(peek(prefix))) ++prefix;
    prefix = peek(prefix) == '}' ? prefix + 1 : 0;
  }
  const auto rest = text_.substr(std::min(at_ + prefix, text_.size()));
  if (prefix == 0 && (rest.starts_with("<(") || rest.starts_with(">("))) return false;
  std::string_view op;
  for (const std::string_view candidate :
       {"<<<", "<<-", "<<", "<&", "<>", "<", "&>>", "&>", ">>", ">&", ">|", ">"}) {
    if (!rest.starts_with(candidate) || (candidate[0] == '&' && prefix > 0)) continue;
    op = candidate;
    break;
  }
  if (op.empty()) return false;
  at_ += prefix + op.size();
  Redirect out;
  out.op = text_.substr(before, at_ - before);
  if (op == "<<" || op == "<<-") {
    here_document(node, std::move(out), op == "<<-");
    return true;
  }
  out.kind = op == "<<<"                ? Redirect::Kind::here_string
             : op == "<&" || op == ">&" ? Redirect::Kind::duplicate
             : op == "<"                ? Redirect::Kind::read
                                        : Redirect::Kind::write;
  skip_blanks();
  const bool process = at_process();
  if (at_end())
    end_too_soon();
  else if (ends_word(peek()) && !process)
    fail("a redirection without a target");
  else
    out.target = word();
  node.redirects.push_back(std::move(out));
  return true;
}

void Parser::here_document(Node& node, Redirect redirect, bool strip_tabs) {
  redirect.kind = Redirect::Kind::here_document;
  skip_blanks();
  const Word delimiter = word();
  if (!delimiter.expansions.empty()) fail("a here-document whose end is not a plain word");
  PendingHere pending;
  for (const Atom& atom : delimiter.atoms) pending.delimiter += atom.c;
  pending.quoted = delimiter.has_quotes;
  pending.strip_tabs = strip_tabs;
  pending.node = &node;
  pending.index = node.redirects.size();
  node.redirects.push_back(std::move(redirect));
  here_.push_back(std::move(pending));
}

void Parser::read_here_bodies() {
  auto waiting = std::move(here_);
  here_.clear();
  for (PendingHere& here : waiting) {
    std::string body;
    std::string joined;  // of lines that end in a backslash
    bool closed = false;
    while (!closed && !at_end()) {
      const auto end = std::min(text_.find('\n', at_), text_.size());
      auto line = text_.substr(at_, end - at_);
      if (here.strip_tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
      closed = line == here.delimiter;
      const bool goes_on = !here.quoted && line.ends_with('\\');
      joined += line.substr(0, line.size() - (goes_on ? 1 : 0));
      const bool ends_elsewhere =
          joined == here.delimiter ||
          (line.starts_with(here.delimiter) && line.substr(here.delimiter.size()).starts_with(')'));
      if (!closed && ends_elsewhere) fail("a here-document that some shells end before others");
      if (!goes_on || joined.size() > here.delimiter.size()) joined.assign(goes_on ? "\n" : "");
      if (!closed) body.append(line).append("\n");
      at_ = std::min(end + 1, text_.size());
    }
    if (!closed) {
      end_too_soon();
      unclosed_here_ = std::min(unclosed_here_.value_or(command_start_), command_start_);
    }
    Word& target = here.node->redirects[here.index].target;
    if (here.quoted) {
      target.append(body, Atom::Ink::quoted);
      target.has_quotes = true;
    } else {
      Parser inner(body, budget_, depth_ + 1);
      target = inner.parse_here_body();
      if (inner.script_.problem || inner.script_.incomplete) fail("a here-document that does not read");
    }
  }
}

bool Parser::take(std::string_view s) {
  if (!looking_at(s)) return false;
  at_ += s.size();
  return true;
}

void Parser::skip_blanks() {
  for (;;) {
    if (peek() == ' ' || peek() == '\t') {
      ++at_;
    } else if (looking_at("\\\n")) {
      at_ += 2;
      if (at_end()) end_too_soon();
    } else if (peek() == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

void Parser::skip_newlines() {
  for (skip_blanks(); peek() == '\n'; skip_blanks()) newline();
}

void Parser::newline() {
  ++at_;
  if (!here_.empty()) read_here_bodies();
}

std::string_view Parser::peek_plain_word() const {
  std::size_t end = at_;
  while (end < text_.size() && !ends_word(text_[end])) {
    const char c = text_[end];
    if (c == '\'' || c == '"' || c == '\\' || c == '$' || c == '`') return {};
    ++end;
  }
  return text_.substr(at_, end - at_);
}

bool Parser::take_keyword(std::string_view keyword) {
  if (peek_plain_word() != keyword) return false;
  at_ += keyword.size();
  return true;
}

void Parser::expect_keyword(std::string_view keyword) {
  skip_newlines();
  if (take_keyword(keyword)) return;
  at_end() ? end_too_soon() : fail("expected \"" + std::string(keyword) + "\"");
}

void Parser::go_back(const Mark& mark) {
  // First of all, on failure too: the nodes of the reading that is dropped are gone.
  here_ = mark.here;
  // The second reading is paid for, so that readings within readings stay bounded.
  if (!budget_.bytes(at_ - mark.at)) return fail("the text takes too long to read");
  at_ = mark.at;
  script_.incomplete = mark.incomplete;
  script_.problem = mark.problem;
}

void Parser::fail(std::string_view why) {
  if (!script_.problem) {
    script_.problem = std::string(why);
    script_.problem_at = std::min(at_, text_.size());
  }
  at_ = text_.size();
}

void Parser::end_too_soon() {
  if (!script_.problem) script_.incomplete = true;
}

}  // namespace mcpssh::guard
