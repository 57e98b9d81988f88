#pragma once
#include <string_view>

/// Words that tell of the end of a system in text that cannot be read as commands.
namespace mcpssh::guard {

/// Whether one of them stands in `text` as it is.
bool has_catastrophic_words(std::string_view text);
/// The same whatever quotes and blanks are between, and for rm whatever its options look like.
bool looks_catastrophic(std::string_view text);

}  // namespace mcpssh::guard
