#include "guard/shell/options.hpp"

#include <algorithm>

namespace mcpssh::guard {
namespace {

class OptionReader {
 public:
  OptionReader(Words words, const OptionTable& table) : words_(words), table_(table) {}

  Options read(std::size_t from, bool permute) {
    read_options(from, permute);
    const Words rest = words_.subspan(std::min(at_, words_.size()));
    out_.operands.insert(out_.operands.end(), rest.begin(), rest.end());
    return std::move(out_);
  }

  Options read_leading(std::size_t from) {
    read_options(from, false);
    return std::move(out_);
  }

 private:
  void read_options(std::size_t from, bool permute) {
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
  }

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
      // Its value, if it may have one, can only stand in the same word.
      Field value = equals == std::string::npos ? Field() : word.substr(equals + 1);
      out_.options.push_back({std::string(flag), std::move(value)});
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

  Words words_;
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

Options read_options(Words words, std::size_t from, const OptionTable& table, bool permute) {
  return OptionReader(words, table).read(from, permute);
}

Options read_leading_options(Words words, std::size_t from, const OptionTable& table) {
  return OptionReader(words, table).read_leading(from);
}

std::string_view long_option(std::string_view name, std::string_view names) {
  if (name.empty()) return {};
  std::string_view prefix_of;
  for (std::size_t at = 0; at < names.size();) {
    const std::size_t end = std::min(names.find(' ', at), names.size());
    const std::string_view candidate = names.substr(at, end - at);
    if (candidate == name) return candidate;
    if (prefix_of.empty() && candidate.starts_with(name)) prefix_of = candidate;
    at = end + 1;
  }
  return prefix_of;
}

}  // namespace mcpssh::guard
