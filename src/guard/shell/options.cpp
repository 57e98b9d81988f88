#include "guard/shell/options.hpp"

#include "base/text.hpp"

namespace mcpssh::guard {
namespace {

class OptionReader {
 public:
  OptionReader(const Fields& words, const OptionTable& table) : words_(words), table_(table) {}

  Options read(std::size_t from, bool permute) {
    for (at_ = from; at_ < words_.size(); ++at_) {
      const Field& word = words_[at_];
      const std::string_view text = word.text();
      if (text == "--" && word.literal()) {
        ++at_;
        break;
      }
      const bool option = text.size() > 1 && text[0] == '-' && !word.unknown_at(0);
      if (option) {
        text[1] == '-' ? long_word(word) : cluster(word);
      } else if (permute) {
        out_.operands.push_back(word);
      } else {
        break;
      }
    }
    out_.first_operand = at_;
    for (; at_ < words_.size(); ++at_) out_.operands.push_back(words_[at_]);
    return std::move(out_);
  }

 private:
  Field next_value() {
    if (at_ + 1 >= words_.size()) return {};
    out_.splits = out_.splits || words_[at_ + 1].splits();
    return words_[++at_];
  }

  void refuse(std::string_view text) {
    if (!out_.unknown) out_.unknown = text;
  }

  void long_word(const Field& word) {
    const auto equals = word.text().find('=');
    const auto name =
        std::string_view(word.text()).substr(2, equals == std::string::npos ? equals : equals - 2);
    const bool known_name = word.known_prefix().size() >= name.size() + 2;
    const auto flag = long_option(name, table_.long_flags);
    const auto valued = long_option(name, table_.long_valued);
    if (!known_name || (flag.empty() && valued.empty())) return refuse(word.text());
    const bool exact_flag = flag == name || valued.empty();
    if (exact_flag && !flag.empty()) {
      out_.options.push_back({std::string(flag), {}});
    } else {
      Field value = equals == std::string::npos ? next_value() : word.substr(equals + 1);
      out_.options.push_back({std::string(valued), std::move(value)});
    }
    out_.splits = out_.splits || word.splits();
  }

  void cluster(const Field& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const char letter = word.text()[i];
      const bool known = !word.unknown_at(i) && word.ink(i) != Field::Ink::glob;
      if (known && table_.flags.contains(letter)) {
        out_.options.push_back({std::string(1, letter), {}});
        continue;
      }
      if (!known || !table_.valued.contains(letter)) return refuse(word.text());
      Field value = i + 1 < word.size() ? word.substr(i + 1) : next_value();
      out_.options.push_back({std::string(1, letter), std::move(value)});
      break;
    }
    out_.splits = out_.splits || word.splits();
  }

  const Fields& words_;
  const OptionTable& table_;
  Options out_;
  std::size_t at_ = 0;
};

}  // namespace

const Field* Options::find(std::string_view name) const {
  for (const Option& option : options)
    if (option.name == name) return &option.value;
  return nullptr;
}

Options read_options(const Fields& words, std::size_t from, const OptionTable& table, bool permute) {
  return OptionReader(words, table).read(from, permute);
}

std::string_view long_option(std::string_view name, std::string_view names) {
  if (name.empty()) return {};
  std::string_view prefix_of;
  for (const std::string_view candidate : base::split(names, ' ')) {
    if (candidate == name) return candidate;
    if (prefix_of.empty() && candidate.starts_with(name)) prefix_of = candidate;
  }
  return prefix_of;
}

}  // namespace mcpssh::guard
