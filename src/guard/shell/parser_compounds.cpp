#include "guard/shell/parser.hpp"

/// Compound commands (POSIX.1-2017 XCU 2.9.4 and 2.9.5) and bash's own.
namespace mcpssh::guard {
std::unique_ptr<Node> Parser::compound(std::string_view keyword) {
  if (keyword == "{") return braced();
  if (keyword == "if") return if_command();
  if (keyword == "while" || keyword == "until") return loop_command();
  if (keyword == "for" || keyword == "select") return for_command();
  if (keyword == "case") return case_command();
  if (keyword == "[[") return test_command();
  if (keyword == "function") return function_keyword();
  return simple();
}

std::unique_ptr<Node> Parser::parenthesised() {
  if (looking_at("((")) {
    auto node = make(Node::Kind::expression);
    if (at_end()) return node;  // the budget is spent
    const auto begin = at_ + 2;
    if (arithmetic_command(*node)) {
      node->name = text_.substr(begin, at_ - 2 - begin);
      return node;
    }
  }
  auto node = make(Node::Kind::subshell);
  take("(");
  node->children.push_back(sequence(true));
  if (!take(")") && !at_end()) fail("expected \")\"");
  return node;
}

std::unique_ptr<Node> Parser::braced() {
  auto node = make(Node::Kind::group);
  take("{");
  node->children.push_back(sequence(false));
  expect_keyword("}");
  return node;
}

std::unique_ptr<Node> Parser::if_command() {
  auto node = make(Node::Kind::branch);
  take_keyword("if");
  do {
    node->children.push_back(sequence(false));
    expect_keyword("then");
    node->children.push_back(sequence(false));
  } while (take_keyword("elif"));
  if (take_keyword("else")) node->children.push_back(sequence(false));
  expect_keyword("fi");
  return node;
}

std::unique_ptr<Node> Parser::loop_command() {
  auto node = make(Node::Kind::loop);
  if (!take_keyword("while")) take_keyword("until");
  node->children.push_back(sequence(false));
  expect_keyword("do");
  node->children.push_back(sequence(false));
  expect_keyword("done");
  return node;
}

std::unique_ptr<Node> Parser::for_command() {
  auto node = make(Node::Kind::for_each);
  const bool select = take_keyword("select");
  if (!select) take_keyword("for");
  skip_blanks();
  if (looking_at("((")) {
    node->kind = Node::Kind::loop;
    if (!arithmetic_command(*node)) fail("a for loop that does not read");
  } else {
    node->name = read_name();
    if (node->name.empty()) at_end() ? end_too_soon() : fail("a for loop without a name");
    skip_newlines();
    node->over_arguments = !take_keyword("in");
    skip_blanks();
    while (!node->over_arguments && !at_end() && (!ends_word(peek()) || at_process())) {
      node->words.push_back(word());
      skip_blanks();
    }
  }
  skip_blanks();
  take(";");
  skip_newlines();
  if (take_keyword("{")) {
    node->children.push_back(sequence(false));
    expect_keyword("}");
    return node;
  }
  expect_keyword("do");
  node->children.push_back(sequence(false));
  expect_keyword("done");
  return node;
}

std::unique_ptr<Node> Parser::case_command() {
  auto node = make(Node::Kind::branch);
  take_keyword("case");
  skip_blanks();
  auto subject = make(Node::Kind::expression);
  subject->words.push_back(word());
  node->children.push_back(std::move(subject));
  skip_newlines();
  expect_keyword("in");
  skip_newlines();
  while (!at_end() && peek_plain_word() != "esac") case_item(*node);
  expect_keyword("esac");
  return node;
}

void Parser::case_item(Node& node) {
  skip_blanks();
  take("(");
  auto patterns = make(Node::Kind::expression);
  do {
    skip_blanks();
    patterns->words.push_back(word());
    skip_blanks();
  } while (take("|"));
  node.children.push_back(std::move(patterns));
  if (!take(")")) return at_end() ? end_too_soon() : fail("a case pattern without \")\"");
  node.children.push_back(sequence(false));
  for (const std::string_view end : {";;&", ";;", ";&"})
    if (take(end)) break;
  skip_newlines();
}

std::unique_ptr<Node> Parser::test_command() {
  auto node = make(Node::Kind::expression);
  node->language = Node::Language::test;
  take_keyword("[[");
  while (!at_end()) {
    skip_newlines();
    if (take_keyword("]]")) return node;
    if (ends_word(peek()) && !at_process()) {
      ++at_;
      if (peek() == '#') fail("a # in [[ ]] that may begin a comment or not");
    } else {
      node->words.push_back(word());
    }
  }
  end_too_soon();
  return node;
}

bool Parser::arithmetic_command(Node& node) {
  const Mark start = mark();
  at_ += 2;
  Word inner = words_until("))", true);
  if (!take("))") && !two_readings_) {
    go_back(start);
    return false;
  }
  node.words.push_back(std::move(inner));
  node.language = Node::Language::arithmetic;
  return true;
}

std::unique_ptr<Node> Parser::function_keyword() {
  take_keyword("function");
  skip_blanks();
  std::string name(peek_plain_word());
  at_ += name.size();
  skip_blanks();
  if (take("(")) {
    skip_blanks();
    if (!take(")")) fail("a function that does not read");
  }
  return function_body(std::move(name));
}

std::unique_ptr<Node> Parser::function_body(std::string name) {
  auto node = make(Node::Kind::function);
  node->name = std::move(name);
  skip_newlines();
  if (at_end()) {
    end_too_soon();
    node->children.push_back(make(Node::Kind::sequence));
  } else {
    node->children.push_back(command());
  }
  return node;
}

}  // namespace mcpssh::guard
