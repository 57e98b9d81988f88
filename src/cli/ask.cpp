#include "cli/ask.hpp"

#include <unistd.h>

#include <iostream>
#include <string>

namespace mcpssh::cli {

bool confirmed(std::string_view question) {
  std::cout << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

bool somebody_to_ask() {
  return ::isatty(STDIN_FILENO) == 1;
}

}  // namespace mcpssh::cli
