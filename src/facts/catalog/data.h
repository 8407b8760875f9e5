// What a Catalog holds. Filled by Loader (load.cpp), read by catalog.cpp, then never changed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/catalog/catalog.h"
#include "facts/catalog/table.h"

namespace writ::catalog {

struct CatalogData {
  std::string own_text;  ///< of a catalog from outside; the tables are views of it
  std::string date;
  std::vector<Part> parts;

  std::vector<Provider> providers;  ///< by slug
  std::vector<Family> families;     ///< by name, then provider
  std::vector<Model> models;        ///< by name

  std::vector<Region> regions;
  std::vector<Geography> geographies;
  std::vector<GuardrailProfile> guardrail_profiles;

  Table services;   ///< prefix|title|flags
  Table actions;    ///< service:Action|access|resources|keys|dependent actions
  Table resources;  ///< service:type|ARN format|keys
  Table keys;       ///< key|type|flags: global, whole

  std::vector<BedrockAction> bedrock;  ///< by full name, case ignored
  std::vector<Kind> kinds;
  std::vector<Quota> quotas;
  std::vector<RetentionMode> retention_modes;
  std::vector<OptOutService> opt_out_services;
  std::vector<Retired> retired;
  std::vector<Correction> wrong_actions;
  std::vector<Correction> wrong_keys;
  std::vector<Correction> wrong_services;

  // Sorted by the text; the numbers are places in `models` and in its lists.
  struct NamePlace {
    std::string_view name;
    std::size_t model;
  };
  struct IdPlace {
    std::string_view id;
    std::size_t model;
    std::size_t in_model;
  };
  struct ProfilePlace {
    std::string_view id;
    std::size_t model;
    std::size_t in_model;
    std::size_t in_id;
  };
  std::vector<NamePlace> by_name;  ///< names and aliases
  std::vector<IdPlace> by_id;
  std::vector<ProfilePlace> by_profile;
};

}  // namespace writ::catalog
