#include "guard/programs/loose_options.hpp"

#include <algorithm>

#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Longer words behind one dash are names of their own (-noout).
constexpr std::size_t longest_cluster = 4;

class LooseReader {
 public:
  LooseReader(Words words, const OptionTable& table) : words_(words), table_(table) {}

  Options read() {
    bool ended = false;
    out_.operands.reserve(words_.size());
    for (at_ = 1; at_ < words_.size(); ++at_) {
      const Field& word = words_[at_];
      if (ended || word.size() < 2 || !word.known_prefix().starts_with('-')) {
        if (out_.operands.empty()) out_.first_operand = at_;
        out_.operands.push_back(word);
        out_.splits = out_.splits || word.splits();
      } else if (word.literal() && word.text() == "--") {
        ended = true;
      } else {
        option(word);
      }
    }
    if (out_.operands.empty()) out_.first_operand = words_.size();
    return std::move(out_);
  }

 private:
  void option(const Field& word) {
    const std::string_view text = word.text();
    const std::size_t dashes = text[1] == '-' ? 2 : 1;
    const auto equals = text.find('=');
    const auto name = text.substr(dashes, equals == std::string_view::npos ? equals : equals - dashes);
    out_.splits = out_.splits || word.splits();
    const bool letter = dashes == 1 && name.size() == 1;
    if (dashes == 2 && name.size() > 1) shortened(word, name, equals);
    if (equals != std::string_view::npos) return keep(name, word.substr(equals + 1));
    if (has_name(table_.long_valued, name) || (letter && table_.valued.contains(name[0])))
      return keep(name, next());
    if (has_name(table_.long_flags, name) || (letter && table_.flags.contains(name[0])))
      return keep(name, {});
    if (dashes == 1 && word.literal() && cluster(word)) return;
    if (!out_.unknown) out_.unknown = text;
    keep(name, {});
    if (dashes == 1 && word.literal() && name.size() <= longest_cluster) spread(word);
  }

  /// "--outp x" may stand for "--output x", as getopt_long allows, or be a name of its own: both count, and x
  /// stays an operand.
  void shortened(const Field& word, std::string_view name, std::size_t equals) {
    const auto valued = long_option(name, table_.long_valued);
    const auto flag = long_option(name, table_.long_flags);
    if (valued == name || flag == name) return;
    const bool has_value = equals != std::string_view::npos;
    if (!flag.empty()) keep(flag, has_value ? word.substr(equals + 1) : Field());
    if (!valued.empty()) keep(valued, has_value ? word.substr(equals + 1) : following());
  }

  /// A short word with a letter nobody knows may still be a cluster: its other letters count too.
  void spread(const Field& word) {
    const std::string_view letters = std::string_view(word.text()).substr(1);
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const char letter = letters[i];
      if (table_.flags.contains(letter)) keep(std::string_view(&letter, 1), {});
      if (!table_.valued.contains(letter)) continue;
      const bool glued = i + 1 < letters.size();
      return keep(std::string_view(&letter, 1), glued ? word.substr(i + 2) : following());
    }
  }

  void keep(std::string_view name, Field value) {
    out_.options.push_back({std::string(name), std::move(value)});
  }

  /// The next word, which stays an operand too.
  Field following() const { return at_ + 1 < words_.size() ? words_[at_ + 1] : Field(); }

  Field next() {
    if (at_ + 1 >= words_.size()) return {};
    return words_[++at_];
  }

  bool cluster(const Field& word) {
    const std::string_view letters = std::string_view(word.text()).substr(1);
    const auto value_at = letters.find_first_of(table_.valued);
    const auto flags = letters.substr(0, value_at);
    if (flags.find_first_not_of(table_.flags) != std::string_view::npos) return false;
    for (const char letter : flags) keep(std::string_view(&letter, 1), {});
    if (value_at != std::string_view::npos)
      keep(letters.substr(value_at, 1), value_at + 2 < word.size() ? word.substr(value_at + 2) : next());
    return true;
  }

  Words words_;
  const OptionTable& table_;
  Options out_;
  std::size_t at_ = 0;
};

}  // namespace

Options read_loosely(Words words, const OptionTable& table) {
  return LooseReader(words, table).read();
}

}  // namespace mcpssh::guard
