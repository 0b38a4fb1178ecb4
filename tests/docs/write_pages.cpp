// Writes the pages of docs/ that are made from the code.
#include <exception>
#include <fstream>
#include <iostream>

#include "docs/configuration_page.h"

int main() {
  try {
    std::ofstream file(xray::docs::configurationPagePath());
    file << xray::docs::configurationPage() << std::flush;
    if (!file) throw std::runtime_error("cannot write " + xray::docs::configurationPagePath());
    std::cout << "docs/configuration.md\n";
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
