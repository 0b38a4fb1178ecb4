#pragma once
// Failed runs made up so that it is known what each guess names.

#include "support/temp_folder.h"

namespace attribution {

/// A folder as the bench takes it: whowhen/dev with three runs of Magentic-One (two of them annotated twice) and one of
/// Captain Agent, tau/dev with two annotated retail runs and others.
class MadeUpRuns {
 public:
  MadeUpRuns();
  const std::filesystem::path& path() const { return folder_.path(); }
  /// Writes a file of the folder, over what is there.
  void write(const std::string& file, const std::string& text) const;

 private:
  const xray::test::TempFolder folder_;
};

}  // namespace attribution
