#include <iostream>

#include "cli/command_line.h"

int main(int argc, char** argv) {
  return xray::cli::runCommandLine(argc, argv, std::cout, std::cerr, xray::cli::Terminal::detect());
}
