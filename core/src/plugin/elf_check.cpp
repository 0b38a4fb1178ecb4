#include "plugin/elf_check.h"

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>
#include <system_error>
#include <vector>

namespace xray {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#else
#error "the ELF machine number of this processor is missing here"
#endif

Status refuse(const std::string& why) {
  return {StatusCode::InvalidArgument, why};
}

Status checkLength(std::uint64_t has, std::uint64_t needs) {
  if (has >= needs) return {};
  return refuse("is cut off: " + std::to_string(has) + " of " + std::to_string(needs) + " bytes");
}

/// Where a part ends; the greatest number when that is beyond all numbers.
std::uint64_t endOf(std::uint64_t offset, std::uint64_t size) {
  std::uint64_t end = 0;
  return __builtin_add_overflow(offset, size, &end) ? std::numeric_limits<std::uint64_t>::max() : end;
}

Status checkHeader(const Elf64_Ehdr& header) {
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      header.e_machine != kMachine) {
    return refuse("is no shared library for this machine's processor");
  }
  if (header.e_type != ET_DYN) return refuse("is no shared library (an ELF file of another type)");
  if (header.e_phentsize != sizeof(Elf64_Phdr)) return refuse("is no shared library (its ELF header is damaged)");
  return {};
}

}  // namespace

Status checkElf(const std::filesystem::path& file) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file, error);
  if (error) return refuse(error.message());
  std::ifstream in(file, std::ios::binary);
  Elf64_Ehdr header{};
  in.read(reinterpret_cast<char*>(&header), sizeof header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return refuse("is no shared library (not an ELF file)");
  if (Status status = checkLength(size, sizeof header); !status.ok()) return status;
  if (Status status = checkHeader(header); !status.ok()) return status;

  const std::uint64_t tableSize = std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr);
  const std::uint64_t sections =
      endOf(header.e_shoff, header.e_shoff == 0 ? 0 : std::uint64_t{header.e_shnum} * header.e_shentsize);
  std::uint64_t needs = std::max(endOf(header.e_phoff, tableSize), sections);
  if (Status status = checkLength(size, needs); !status.ok()) return status;

  std::vector<Elf64_Phdr> segments(header.e_phnum);
  in.seekg(static_cast<std::streamoff>(header.e_phoff));
  in.read(reinterpret_cast<char*>(segments.data()), static_cast<std::streamsize>(tableSize));
  if (!in) return refuse("cannot be read");
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type == PT_LOAD) needs = std::max(needs, endOf(segment.p_offset, segment.p_filesz));
  }
  return checkLength(size, needs);
}

}  // namespace xray
