#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/edit/yaml_edit.hpp"

namespace mcpssh::hosts {

/// The bytes from `begin` up to `end` become `text`.
struct Splice {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// Which bytes of `text` (without a byte order mark) an edit changes. Its path is cut where the tree says
/// that more goes with a removal. Throws base::Error(invalid_argument) for what is written in a way that has
/// no such bytes. Right for the usual ways of writing; the caller reads the result again.
std::vector<Splice> splices_of(std::string_view text, const std::string& file, const YamlEdit& edit);

/// Splices must not overlap; their order matters only among those at one place, which go in as given,
/// before what is replaced there.
std::string spliced(std::string_view text, const std::vector<Splice>& splices);

}  // namespace mcpssh::hosts
