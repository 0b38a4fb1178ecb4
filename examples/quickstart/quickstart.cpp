#include <xray/sdk.h>

#include <iostream>

int main(int argc, char** argv) {
  try {
    auto xr = xray::Client::fromFile(argc > 1 ? argv[1] : "xray-sdk.yaml");
    auto run = xr.startRun("product-selection", {{"market", "US"}});
    {
      auto step = run.step("price-filter", "filter");  // ends with the scope
      step.input({{"candidates", 120}, {"max_price", 50}});
      step.output({{"kept", 7}});
      step.reasoning({{"rule", "price <= 50"}, {"percentage_eliminated", 94.2}});
    }
    run.end();  // or run.logError("…")
    std::cout << "recorded run " << run.id().toString() << "\n";
    return xr.close(std::chrono::seconds(5)).status.ok() ? 0 : 1;
  } catch (const xray::ConfigError& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
