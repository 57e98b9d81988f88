#include "guard/shell/expand.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include "guard/shell/arithmetic.hpp"
#include "guard/shell/brace.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/plain_output.hpp"
#include "guard/shell/variables.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Ink = Field::Ink;

/// In bytes of the budget: many short words cost more than one long one.
constexpr std::size_t cost_of_a_word = 24;

bool is_glob_character(char c) {
  return c == '*' || c == '?' || c == '[';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}
bool is_expansion(const Atom& atom) {
  return atom.ink == Atom::Ink::expansion || atom.ink == Atom::Ink::quoted_expansion;
}

/// What an operator may make of a name that leads nowhere: "${A%x}", "${A:1:1}", "${A//x/.}", "${!A}".
bool operator_leads_up(std::string_view source, std::string_view name, const Dots& dots) {
  if (source.starts_with("${!")) return true;
  std::string_view rest = source.substr(std::min(source.find(name) + name.size(), source.size()));
  if (rest.starts_with('[')) rest.remove_prefix(std::min(rest.find(']'), rest.size() - 1) + 1);
  switch (rest.empty() ? '\0' : rest[0]) {
    case '%':
      return dots.leading;
    case '#':
      return dots.trailing;
    case ':':
      return dots.any && rest.size() > 1 && !std::string_view("-=?+").contains(rest[1]);
    case '/':
      // Behind the pattern stands what takes its place.
      rest.remove_prefix(rest.rfind('/'));
      return dots.any || rest.find_first_of(".$`\\") != std::string_view::npos;
    case '@':
      return rest.starts_with("@E");
    default:
      return false;
  }
}

/// Accounts whose home is a directory of the system (Debian's base-passwd, Red Hat's setup).
constexpr std::string_view homes_elsewhere =
    "daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody adm shutdown halt "
    "operator ftp _apt";

}  // namespace

void WordExpander::visit(const Word& word) {
  for (const Expansion& expansion : word.expansions) {
    if (expansion.script && events_.runs) events_.runs(*expansion.script);
    // ${name:?text} ends the line, or the shell.
    if (expansion.kind == Expansion::Kind::parameter && expansion.source.contains('?')) environment_.doubt();
    if (expansion.runs_value)
      events_.says("shell.opaque-code", "${...@...} may run the value of a variable as code");
    if (!expansion.inner) continue;
    if (expansion.kind == Expansion::Kind::number)
      evaluate(aside().expand_one(*expansion.inner), environment_, events_);
    else if (expansion.assigns)
      assign(expansion);
    else
      visit_parameter(expansion);
  }
}

/// ${name[subscript]}, ${name:offset:length}, ${!name}; without a name an element of an array.
void WordExpander::visit_parameter(const Expansion& expansion) {
  const Field inside = aside().expand_one(*expansion.inner);
  const std::string_view text = inside.text();
  if (expansion.name.empty()) {
    if (text.starts_with('[')) evaluate_name(inside.substr(0, text.find(']')), events_);
    return;
  }
  const bool all = text.starts_with("[@]") || text.starts_with("[*]");
  if (expansion.source.starts_with("${!") && !all && !text.starts_with('@') && !text.starts_with('*')) {
    const Field* name = environment_.find(expansion.name);
    evaluate_name(name != nullptr ? *name : Field::unknown("$" + expansion.name, false), events_);
  }
  std::size_t at = 0;
  if (text.starts_with('[')) {
    at = std::min(text.find(']'), text.size());
    if (!all && !environment_.is_associative(expansion.name))
      evaluate(inside.substr(1, at - 1), environment_, events_);
    at = std::min(at + 1, text.size());
  }
  const bool cuts = at + 1 < text.size() && text[at] == ':' && !inside.unknown_at(at) &&
                    !std::string_view("-=?+").contains(text[at + 1]);
  if (cuts) evaluate(inside.substr(at + 1), environment_, events_);
}

/// ${name:=word} sets a name that has no value.
void WordExpander::assign(const Expansion& expansion) {
  const Field inside = aside().expand_one(*expansion.inner);
  const Field* known = environment_.find(expansion.name);
  const bool has_value = known != nullptr && known->literal() && !known->empty();
  const Field value = inside.substr(inside.text().find('=') + 1);
  if (!has_value) events_.assigns(expansion.name, value);
  if (leads_up(value)) environment_.lead_up(expansion.name);
  environment_.keep_dots(expansion.name, value.text());
  environment_.forget(expansion.name);
}

void WordExpander::expand(const Word& word, Fields& out) {
  if (budget_.spent()) return;
  visit(word);
  const auto opens = [](const Atom& a) { return a.ink == Atom::Ink::plain && a.c == '{'; };
  if (!word.has_signs || std::ranges::none_of(word.atoms, opens)) return expand_atoms(word, word.atoms, out);
  for (const Atoms& atoms : expand_braces(word.atoms, budget_)) expand_atoms(word, atoms, out);
}

Field WordExpander::expand_one(const Word& word) {
  if (budget_.spent()) return Field::unknown("", true);
  visit(word);
  field_ = Field();
  split_into_ = nullptr;
  for (std::size_t at = tilde(word.atoms); at < word.atoms.size();) {
    const Atom& atom = word.atoms[at];
    if (is_expansion(atom)) {
      expansion(word.expansions[atom.expansion], true);
      ++at;
    } else {
      at = characters(word.atoms, at, [](char) { return false; });
    }
  }
  if (!budget_.bytes(field_.size())) return Field::unknown("", true);
  return std::move(field_);
}

/// "$@" where there are no arguments is no word.
bool WordExpander::vanishes(const Word& word, const Atoms& atoms) const {
  if (atoms.size() != 1 || !is_expansion(atoms[0])) return false;
  const Expansion& expansion = word.expansions[atoms[0].expansion];
  const Fields* arguments = environment_.arguments();
  return expansion.kind == Expansion::Kind::positional && expansion.name == "@" && arguments != nullptr &&
         arguments->empty();
}

void WordExpander::expand_atoms(const Word& word, const Atoms& atoms, Fields& out) {
  if (vanishes(word, atoms)) return;
  field_.clear();
  split_into_ = &out;
  const auto closes = [](const Atom& a) { return a.ink == Atom::Ink::plain && a.c == ']'; };
  const auto from_end = word.has_signs ? std::find_if(atoms.rbegin(), atoms.rend(), closes) : atoms.rend();
  last_bracket_ = static_cast<std::size_t>(atoms.rend() - from_end);
  bool quoted_piece = word.has_quotes;
  for (std::size_t at = tilde(atoms); at < atoms.size();) {
    const Atom& atom = atoms[at];
    if (is_expansion(atom)) {
      const bool quoted = atom.ink == Atom::Ink::quoted_expansion;
      quoted_piece = quoted_piece || quoted;
      expansion(word.expansions[atom.expansion], quoted);
      ++at;
    } else if (atom.ink == Atom::Ink::plain && is_glob_character(atom.c)) {
      field_.append(atom.c, atom.c != '[' || at < last_bracket_ ? Ink::glob : Ink::plain);
      ++at;
    } else if (word.has_signs) {
      at = characters(atoms, at, is_glob_character);
    } else {
      at = characters(atoms, at, [](char) { return false; });
    }
  }
  flush(out, quoted_piece);
}

void WordExpander::flush(Fields& out, bool keep_empty) {
  if (!budget_.bytes(field_.size() + cost_of_a_word)) {
    if (out.empty() || !out.back().splits()) out.push_back(Field::unknown("", true));
  } else if (!field_.empty() || field_.splits() || keep_empty) {
    out.push_back(std::move(field_));
  }
  field_.clear();
}

std::size_t WordExpander::tilde(const Atoms& atoms) {
  if (atoms.empty() || atoms[0].ink != Atom::Ink::plain || atoms[0].c != '~') return 0;
  std::size_t end = 1;
  while (end < atoms.size() && atoms[end].c != '/') {
    if (atoms[end].ink != Atom::Ink::plain) return 0;
    ++end;
  }
  const char second = end > 1 ? atoms[1].c : '\0';
  std::string whose;
  for (std::size_t at = 1; at < end; ++at) whose += atoms[at].c;
  const bool of_pushd = second == '+' || second == '-' || (second >= '0' && second <= '9');
  if (of_pushd || has_name(homes_elsewhere, whose))  // ~+ is $PWD, ~- is $OLDPWD
    field_.append("~+", Ink::opaque);
  else
    field_.append("~", Ink::home);
  return end;
}

/// All of one kind from `at` on, up to a plain one that `ends` them; gives the place behind.
template <typename Ends>
std::size_t WordExpander::characters(const Atoms& atoms, std::size_t at, Ends ends) {
  const Atom::Ink ink = atoms[at].ink;
  const bool plain = ink == Atom::Ink::plain;
  std::size_t end = at;
  while (end < atoms.size() && atoms[end].ink == ink && !(plain && ends(atoms[end].c))) ++end;
  run_.resize(end - at);
  std::ranges::transform(std::span(atoms).subspan(at, end - at), run_.begin(), &Atom::c);
  field_.append(run_, plain ? Ink::plain : Ink::quoted);
  return end;
}

void WordExpander::expansion(const Expansion& expansion, bool quoted) {
  using Kind = Expansion::Kind;
  switch (expansion.kind) {
    case Kind::variable:
      return variable(expansion, quoted);
    case Kind::number:
      // The shell's own flags are letters.
      return field_.append(expansion.source, expansion.source == "$-" ? Ink::opaque : Ink::number);
    case Kind::process:
      return field_.append(expansion.source, Ink::opaque);
    case Kind::positional:
      if (argument(expansion, quoted)) return;
      unknown(expansion);
      // "$@" is several words even between quotes.
      if (split_into_ != nullptr && (!quoted || expansion.name == "@")) field_.set_splits();
      return;
    case Kind::parameter:
    case Kind::command:
      if (is_number(expansion)) {
        field_.append(expansion.source, Ink::number);
        if (split_into_ != nullptr && !quoted && expansion.script) field_.set_splits();
        return;
      }
      // mktemp makes its files in /tmp.
      if (field_.empty() && expansion.script && !events_.temporary_elsewhere &&
          makes_temporary(*expansion.script, events_.redefined))
        field_.append("/tmp/", Ink::quoted);
      unknown(expansion);
      if (split_into_ != nullptr && (!quoted || expansion.source.contains('@'))) field_.set_splits();
      return;
  }
}

/// $1, $@, $* where the text says what they are.
bool WordExpander::argument(const Expansion& expansion, bool quoted) {
  const Fields* arguments = environment_.arguments();
  if (arguments == nullptr) return false;
  const std::string& name = expansion.name;
  if (name == "@" || name == "*") {
    const bool apart = split_into_ != nullptr && (name == "@" || !quoted);
    // IFS stands between them.
    if (!apart && arguments->size() > 1 && !environment_.splits_at_blanks()) return false;
    for (const Field& one : *arguments) {
      if (&one != arguments->data() && apart) flush(*split_into_, quoted);
      if (&one != arguments->data() && !apart) field_.append(' ', Ink::quoted);
      insert(one, quoted);
    }
    return true;
  }
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size() || index == 0) return false;
  if (index > environment_.sure_arguments() + 1 && index > 1 &&
      environment_.sure_arguments() < arguments->size())
    return false;
  if (index <= arguments->size()) insert((*arguments)[index - 1], quoted);
  return true;
}

/// ${#name}, $(nproc).
bool WordExpander::is_number(const Expansion& expansion) const {
  if (expansion.kind == Expansion::Kind::parameter) return expansion.source.starts_with("${#");
  return !events_.own_names && expansion.script && prints_numbers(*expansion.script);
}

void WordExpander::unknown(const Expansion& expansion) {
  field_.append(expansion.source, may_lead_up(expansion) ? Ink::upward : Ink::opaque);
}

/// What the text says of it, or what it does not: files and earlier lines hold any text.
bool WordExpander::may_lead_up(const Expansion& expansion) const {
  if (expansion.kind == Expansion::Kind::command)
    return !expansion.script ||
           !prints_plain_names(
               *expansion.script,
               {[this](const Expansion& inside) { return may_lead_up(inside); }, events_.redefined});
  const auto does = [this](const Expansion& one) {
    const Field* value = environment_.find(one.name);
    return may_lead_up(one) || (value != nullptr && leads_up(*value));
  };
  const auto one_does = [&](const Word& word) { return std::ranges::any_of(word.expansions, does); };
  const std::string& name = expansion.name;
  const bool argument = name == "@" || name == "*" || (!name.empty() && name[0] >= '0' && name[0] <= '9');
  if (expansion.kind == Expansion::Kind::parameter &&
      ((expansion.inner && one_does(*expansion.inner)) ||
       operator_leads_up(expansion.source, name, environment_.dots(argument ? "@" : name))))
    return true;
  if (name.empty()) return false;
  if (argument)
    return environment_.may_lead_up("@") || (events_.earlier_lines && environment_.arguments() == nullptr);
  return environment_.may_lead_up(name) || (events_.earlier_lines && environment_.find(name) == nullptr);
}

void WordExpander::variable(const Expansion& expansion, bool quoted) {
  if (const Field* value = environment_.find(expansion.name)) return insert(*value, quoted);
  if (expansion.name == "HOME" && field_.empty()) return field_.append("~", Ink::home);
  if (expansion.name == "IFS") return insert(Field(" \t\n"), quoted);
  if (expansion.name == "PWD" && environment_.directory().literal() && !environment_.directory().empty())
    return insert(environment_.directory(), quoted);
  if (!events_.own_names && is_counter(expansion.name)) return field_.append(expansion.source, Ink::number);
  unknown(expansion);
  if (split_into_ != nullptr && !quoted) field_.set_splits();
}

void WordExpander::insert(const Field& value, bool quoted) {
  if (!budget_.bytes(value.size())) return field_.append("?", Ink::opaque);
  const bool whole = quoted || split_into_ == nullptr;
  if (!whole && (value.splits() || !environment_.splits_at_blanks())) field_.set_splits();
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char c = value.text()[at];
    const Ink ink = value.ink(at);
    if (whole) {
      field_.append(c, ink == Ink::plain ? Ink::quoted : ink);
    } else if (ink == Ink::number) {
      field_.append(c, ink);
    } else if (ink == Ink::opaque || ink == Ink::upward) {
      field_.append(c, ink);
      field_.set_splits();
    } else if (is_blank(c) && ink != Ink::glob) {
      flush(*split_into_, false);
    } else {
      field_.append(c, is_glob_character(c) ? Ink::glob : ink);
    }
  }
}

}  // namespace mcpssh::guard
