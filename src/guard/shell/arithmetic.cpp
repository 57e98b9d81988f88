#include "guard/shell/arithmetic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "guard/shell/variables.hpp"

namespace mcpssh::guard {
namespace {

/// Values of values; bash stops at 1024.
constexpr int deepest = 4;
/// Names without a value that are told of one expression; the question is the same.
constexpr int most_unknown = 8;
/// Bytes read for one expression, values and subscripts included, before it is too complex.
constexpr std::size_t most_work = std::size_t{1} << 18;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Whether bash runs what stands at `at` of text it expands once more.
bool runs_at(std::string_view text, std::size_t at) {
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  return text[at] == '`' || (text[at] == '$' && (next == '(' || next == '{'));
}

/// The place behind each subscript of an expression, where it begins. What does not close ends with the text.
std::vector<std::size_t> ends_of_subscripts(std::string_view text) {
  if (!text.contains('[')) return {};
  std::vector<std::size_t> ends(text.size(), text.size());
  std::vector<std::size_t> open;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '[') open.push_back(at);
    if (text[at] != ']' || open.empty()) continue;
    ends[open.back()] = at + 1;
    open.pop_back();
  }
  return ends;
}

class Evaluation {
 public:
  Evaluation(Environment& environment, const WordEvents& events)
      : environment_(environment), events_(events) {}

  void read(const Field& expression, int depth) {
    const std::string_view text = expression.text();
    if (!affords(text.size() + 1)) return;
    const bool conditional = text.contains("&&") || text.contains("||") || text.contains('?');
    const Part part{expression, ends_of_subscripts(text), conditional, depth};
    for (std::size_t at = 0; at < text.size() && !said_;) {
      if (expression.unknown_at(at) && expression.ink(at) != Field::Ink::number) {
        unknown(text.substr(at));
        while (at < text.size() && expression.unknown_at(at)) ++at;
      } else if (expression.ink(at) == Field::Ink::number) {
        ++at;
      } else if (runs_at(text, at)) {
        return events_.says("shell.opaque-code", fmt::format("bash runs what stands in the expression {}",
                                                             base::printable(text, 60)));
      } else if (is_digit(text[at])) {
        // With its base: 0x1f, 16#ff.
        while (at < text.size() && !expression.unknown_at(at) &&
               (is_digit(text[at]) || starts_name(text[at]) || text[at] == '#' || text[at] == '@'))
          ++at;
      } else if (starts_name(text[at])) {
        at = name(part, at);
      } else {
        if (text[at] == '/' || text[at] == '%') divide(text.substr(at + 1));
        ++at;
      }
    }
  }

 private:
  /// The expression, or the value of a name in it.
  struct Part {
    const Field& text;
    std::vector<std::size_t> ends;  ///< of its subscripts
    bool conditional;               ///< an assignment of it may not happen
    int depth;
  };
  enum class Use { value, update, assignment };

  /// Values that name each other many times would be read again and again.
  bool affords(std::size_t bytes) {
    work_ += bytes;
    if (work_ <= most_work) return true;
    if (!said_) events_.says("shell.too-complex", "an expression past the limits of the reader");
    said_ = true;
    return false;
  }

  /// By what may be nothing: then the shell gives up the line.
  void divide(std::string_view behind) {
    behind = behind.substr(std::min(behind.find_first_not_of(" =("), behind.size()));
    if (behind.empty() || behind[0] < '1' || behind[0] > '9') environment_.doubt();
  }

  void unknown(std::string_view what) {
    if (++unknown_ > most_unknown) return;
    events_.says("shell.opaque-word",
                 fmt::format("bash reads the value of {} as an expression, which may run code",
                             base::printable(what, 40)));
  }

  static Use use_of(std::string_view before, std::string_view behind) {
    constexpr std::array<std::string_view, 12> updates{
        "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};
    const auto end = before.find_last_not_of(" \t\n");
    before = before.substr(0, end == before.npos ? 0 : end + 1);
    if (before.ends_with("++") || before.ends_with("--")) return Use::update;
    behind = behind.substr(std::min(behind.find_first_not_of(" \t\n"), behind.size()));
    if (std::ranges::any_of(updates, [&](std::string_view one) { return behind.starts_with(one); }))
      return Use::update;
    return behind.starts_with('=') && !behind.starts_with("==") ? Use::assignment : Use::value;
  }

  /// Gives the place behind the name; its subscript is read like any other part.
  std::size_t name(const Part& part, std::size_t from) {
    const Field& expression = part.text;
    const std::string_view text = expression.text();
    std::size_t end = from;
    while (end < text.size() && !expression.unknown_at(end) &&
           (starts_name(text[end]) || is_digit(text[end])))
      ++end;
    const std::string_view name = text.substr(from, end - from);
    // "a$i": some name that begins so.
    if (end < text.size() && expression.unknown_at(end)) {
      unknown(name);
      return end;
    }
    const bool element = end < text.size() && text[end] == '[';
    const std::size_t operation = element ? part.ends[end] : end;
    const Use use = use_of(text.substr(0, from), text.substr(operation));
    if (use != Use::assignment) value(name, element, part.depth);
    if (use != Use::value) assign(name, element, use == Use::assignment ? text.substr(operation) : "", part);
    return end;
  }

  void value(std::string_view name, bool element, int depth) {
    const Field* known = element ? nullptr : environment_.find(name);
    if (known == nullptr) {
      if (element || events_.own_names || !is_counter(name)) unknown(name);
    } else if (known->is_number()) {
      return;
    } else if (depth == deepest) {
      unknown(known->text());
    } else if (const auto before = read_.find(name); before == read_.end() || before->second > depth) {
      const int assigned = assigned_;
      read(Field(*known), depth + 1);
      if (assigned == assigned_) read_.insert_or_assign(std::string(name), depth);
    }
  }

  void assign(std::string_view name, bool element, std::string_view behind, const Part& part) {
    read_.clear();
    ++assigned_;
    const std::string source = "$" + std::string(name);
    events_.assigns(name, Field::number("?"));
    const Field* before = environment_.find(name);
    const bool stays_number = before != nullptr && before->is_number();
    if (element || (part.conditional && !stays_number)) return environment_.forget(name);
    // "i = 0" and nothing more.
    const auto from = behind.find_first_not_of(" \t\n=");
    const auto digits = from == behind.npos ? std::string_view() : behind.substr(from);
    const auto end = std::min(digits.find_first_not_of("0123456789"), digits.size());
    const bool whole = end > 0 && (end == digits.size() || digits[end] == ';' || digits[end] == ',');
    environment_.set(name, whole && !part.conditional ? Field(digits.substr(0, end)) : Field::number(source));
  }

  Environment& environment_;
  const WordEvents& events_;
  std::size_t work_ = 0;
  /// Names whose values were read to their end, and how deep they stood: again at that depth they tell
  /// nothing new. An assignment may change any of them.
  std::map<std::string, int, std::less<>> read_;
  int assigned_ = 0;
  int unknown_ = 0;
  bool said_ = false;
};

/// The words of a command, with "?" for what is expanded.
std::vector<std::string> plain_words(const Node& node) {
  std::vector<std::string> out;
  for (const Word& word : node.words) {
    std::string text;
    for (const Atom& atom : word.atoms) {
      const bool written = atom.ink == Atom::Ink::plain || atom.ink == Atom::Ink::quoted;
      text += written ? atom.c : '?';
    }
    out.push_back(std::move(text));
  }
  return out;
}

using Texts = std::span<const std::string>;

bool only_flags(Texts words, std::string_view letters) {
  return !words.empty() && std::ranges::all_of(words, [&](const std::string& word) {
    return word.size() > 1 && word[0] == '-' && word.find_first_not_of(letters, 1) == std::string::npos;
  });
}

bool formats_numbers(std::string_view format, std::string_view letters) {
  if (format.empty()) return false;
  for (std::size_t at = 0; at < format.size(); at += 2)
    if (format[at] != '%' || at + 1 == format.size() || !letters.contains(format[at + 1])) return false;
  return true;
}

bool prints_date(Texts words) {
  const bool of_another = words.size() == 3 && (words[0] == "-d" || words[0] == "-r");
  return (words.size() == 1 || of_another) && words.back().starts_with('+') &&
         formats_numbers(std::string_view(words.back()).substr(1), "sNYmdHMSj");
}

/// One file: were its name an option, there would be none.
bool prints_stat(Texts words) {
  return words.size() == 3 && words[0] == "-c" && !words[2].starts_with('-') &&
         formats_numbers(words[1], "sXYZWaughbi");
}

bool counts(std::string_view name, Texts words) {
  if (name == "nproc") return true;
  if (name == "date") return prints_date(words);
  if (name == "wc") return only_flags(words, "lcmwL");
  if (name == "id") return only_flags(words, "ug");
  if (name == "tput") return words.size() == 1 && (words[0] == "cols" || words[0] == "lines");
  if (name == "stat") return prints_stat(words);
  if (name == "seq")
    return !words.empty() && std::ranges::all_of(words, [](const std::string& word) {
      return word.find_first_not_of("0123456789") == std::string::npos;
    });
  const bool greps = name == "grep" || name == "pgrep";
  return greps && words.size() == 2 && only_flags(words.first(1), "ciEFvwx") && words[0].contains('c') &&
         !words[1].starts_with('-') && words[1].find_first_of("?*[") == std::string::npos;
}

}  // namespace

void evaluate(const Field& expression, Environment& environment, const WordEvents& events) {
  if (!expression.is_number()) Evaluation(environment, events).read(expression, 0);
}

void evaluate_name(const Field& name, const WordEvents& events) {
  const std::string_view text = name.text();
  for (std::size_t at = 0; at < text.size(); ++at)
    if (!name.unknown_at(at) && runs_at(text, at))
      return events.says("shell.opaque-code", "bash runs what stands in the subscript of a name");
  if (name.any_text())
    events.says("shell.opaque-word",
                fmt::format("the name {} is known only at run time, and its subscript runs",
                            base::printable(text, 40)));
}

Field as_integer(std::string_view name, const Field& value) {
  return value.is_number() ? value : Field::number("$" + std::string(name));
}

bool holds_expression(const Field& value) {
  const std::string_view text = value.text();
  for (auto at = text.find('['); at != text.npos && at + 1 < text.size(); at = text.find('[', at + 1))
    if (!value.unknown_at(at + 1) && runs_at(text, at + 1)) return true;
  return false;
}

bool prints_numbers(const Node& script) {
  const Node* last = &script;
  while (last->redirects.empty() && ((last->kind == Node::Kind::sequence && last->children.size() == 1) ||
                                     last->kind == Node::Kind::pipeline))
    last = last->children.back().get();
  if (last->kind != Node::Kind::simple || !last->assignments.empty() || last->words.empty()) return false;
  const bool only_reads = std::ranges::all_of(last->redirects, [](const Redirect& one) {
    return one.kind == Redirect::Kind::read || one.op == "2>";
  });
  const std::vector<std::string> words = plain_words(*last);
  return only_reads && counts(words[0], std::span(words).subspan(1));
}

}  // namespace mcpssh::guard
