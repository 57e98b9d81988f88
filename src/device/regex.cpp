#define PCRE2_CODE_UNIT_WIDTH 8
#include "device/regex.hpp"

#include <fmt/format.h>
#include <pcre2.h>

#include <array>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::device {
namespace {

/// A prompt line is short: an honest pattern needs a few hundred steps.
constexpr std::uint32_t step_limit = 200'000;
constexpr std::uint32_t depth_limit = 2'000;
constexpr std::uint32_t heap_limit_kib = 1'024;

std::string message_of(int error) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  const int length = pcre2_get_error_message(error, buffer.data(), buffer.size());
  return {reinterpret_cast<const char*>(buffer.data()), length > 0 ? static_cast<std::size_t>(length) : 0};
}

}  // namespace

void Regex::Free::operator()(pcre2_real_code_8* code) const {
  pcre2_code_free(code);
}
void Regex::Free::operator()(pcre2_real_match_context_8* context) const {
  pcre2_match_context_free(context);
}

std::expected<Regex, base::Error> Regex::compile(std::string_view pattern, Flags flags) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
  if (flags.ignore_case) options |= PCRE2_CASELESS;
  if (flags.to_the_end) options |= PCRE2_ENDANCHORED;
  Regex regex;
  regex.code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options,
                                  &error, &offset, nullptr));
  if (!regex.code_)
    return std::unexpected(base::Error(base::Fault::config_pattern,
                                       fmt::format("the pattern \"{}\" does not compile at character {}: {}",
                                                   base::printable(pattern), offset + 1, message_of(error)),
                                       "correct prompt_regex"));
  regex.context_.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(regex.context_.get(), step_limit);
  pcre2_set_depth_limit(regex.context_.get(), depth_limit);
  pcre2_set_heap_limit(regex.context_.get(), heap_limit_kib);
  return regex;
}

std::expected<bool, base::Error> Regex::found_in(std::string_view text) const {
  const std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> data(
      pcre2_match_data_create(1, nullptr), pcre2_match_data_free);
  const int result = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                                 data.get(), context_.get());
  if (result >= 0) return true;
  if (result == PCRE2_ERROR_NOMATCH) return false;
  return std::unexpected(base::Error(
      base::ErrorCode::limit_reached,
      "prompt_regex needs too much effort on: " + base::printable(text, 80) + " (" + message_of(result) + ")",
      "write prompt_regex without nested repetition"));
}

}  // namespace mcpssh::device
