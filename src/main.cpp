#include "cli/main.hpp"

int main(int argc, char** argv) {
  return mcpssh::cli::run(argc, argv);
}
