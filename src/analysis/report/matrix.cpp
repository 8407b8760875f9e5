#include "analysis/report/matrix.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "analysis/access/callers.h"
#include "program/intent/label.h"

namespace writ::report {
namespace {

using intent::AccountIndex;
using intent::Call;
using intent::Holder;
using intent::Route;
using Kind = access::Reply::Kind;

/// A column, with the ids that the name stands for.
struct Column {
  std::string name;
  const catalog::Model* model = nullptr;
  std::vector<std::string> ids;
};

/// One way to call the model of a column, with the calls that the catalog offers.
struct Way {
  std::string text;
  Call::Plane plane = Call::Plane::kBedrock;
  Route route;
  std::vector<Call> calls;
};

/// Who is in a row, by what they are called.
struct Row {
  std::string label;
  std::vector<Holder> holders;
};

Answer Of(Kind kind) {
  switch (kind) {
    case Kind::kYes:
      return Answer::kYes;
    case Kind::kPartly:
      return Answer::kPartly;
    case Kind::kNo:
      return Answer::kNo;
    case Kind::kGivenUp:
      return Answer::kUndecided;
    case Kind::kAsksNothing:
      return Answer::kNothing;
  }
  return Answer::kUndecided;
}

std::vector<std::string> PlacesOf(const std::vector<const intent::Origin*>& origins) {
  std::vector<std::string> places;
  for (const intent::Origin* origin : origins) places.push_back(origin->place);
  std::ranges::sort(places);
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

std::vector<Row> RowsOf(const access::Names& names) {
  // A team, or principals that sentences name outside any: two that are called the same are two.
  std::map<std::pair<std::string, std::vector<intent::Principal>>, std::vector<Holder>> rows;
  for (const Holder& holder : names.granted) {
    // A service calls models for others; what it may do is a matter of its role.
    Holder people = holder;
    std::erase_if(people.principals, [](const intent::Principal& one) {
      return one.kind == intent::Principal::Kind::kService;
    });
    if (people.principals.empty()) continue;
    std::vector<Holder>& row = rows[{
        people.team, people.team.empty() ? people.principals : std::vector<intent::Principal>{}}];
    // Named by several sentences: once for each account.
    for (const Holder& known : row) {
      std::erase_if(people.accounts, [&](AccountIndex account) {
        return std::ranges::binary_search(known.accounts, account);
      });
    }
    if (!people.accounts.empty()) row.push_back(std::move(people));
  }
  std::vector<Row> list;
  for (auto& [who, holders] : rows) {
    if (holders.empty()) continue;  // every account is in the row of an earlier one
    std::string label = intent::LabelOf(holders.front());
    list.push_back({std::move(label), std::move(holders)});
  }
  std::ranges::stable_sort(list, {}, &Row::label);
  return list;
}

/// Models of calls that are permitted, and those that prohibitions name by their own patterns.
std::vector<Column> ColumnsOf(const intent::Model& model, const catalog::Catalog& catalog) {
  std::map<std::string, Column> columns;
  const auto add = [&](const catalog::Model& named) {
    const auto [at, is_new] = columns.try_emplace(named.name, Column{named.name, &named, {}});
    if (!is_new) return;
    for (const catalog::ModelId* id : named.GrantedIds()) at->second.ids.push_back(id->id);
  };
  for (const intent::Permission& permission : model.permissions) {
    for (const Call& call : permission.calls) {
      const catalog::FoundId found = catalog.FindId(call.model);
      if (found) {
        add(*found.model);
      } else {
        columns.try_emplace(call.model, Column{call.model, nullptr, {call.model}});
      }
    }
  }
  for (const auto& [name, ids] : model.models) {
    if (const catalog::Model* named = catalog.FindModel(name)) add(*named);
  }
  std::vector<Column> list;
  for (auto& [name, column] : columns) list.push_back(std::move(column));
  return list;
}

/// The ways in which the catalog offers the model, over the regions of the partition; a model that
/// it does not know is called directly in the regions that sentences name.
std::vector<Way> WaysOf(const Column& column, const intent::Model& model,
                        const catalog::Catalog& catalog) {
  std::map<std::string, Way> ways;
  const auto add = [&](std::string text, Call call) {
    Way& way = ways.try_emplace(text, Way{text, call.plane, call.route, {}}).first->second;
    way.calls.push_back(std::move(call));
  };
  const auto add_all = [&](const catalog::ModelId& id, const std::string& region) {
    if (id.InRegion(region).value_or(false)) {
      add("routed directly", {Call::Plane::kBedrock, id.id, region, Route{}});
    }
    for (const catalog::InferenceProfile& profile : id.profiles) {
      if (!profile.CallableIn(region).value_or(false)) continue;
      const Route route{profile.global() ? Route::Kind::kGlobally : Route::Kind::kWithin,
                        profile.global() ? "" : profile.scope};
      add("routed " + intent::Name(route), {Call::Plane::kBedrock, id.id, region, route});
    }
    if (id.OnMantleIn(region).value_or(false)) {
      add("through mantle", {Call::Plane::kMantle, id.id, region, Route{}});
    }
  };
  if (column.model != nullptr) {
    for (const catalog::ModelId* id : column.model->GrantedIds()) {
      for (const catalog::Region& region : catalog.regions()) {
        if (region.partition == model.organization.partition) add_all(*id, region.name);
      }
    }
  }
  // What a sentence grants although no source says that it is offered.
  for (const intent::Permission& permission : model.permissions) {
    for (const Call& call : permission.calls) {
      if (std::ranges::find(column.ids, call.model) == column.ids.end()) continue;
      add(call.plane == Call::Plane::kMantle ? "through mantle"
                                             : "routed " + intent::Name(call.route),
          call);
    }
  }
  std::vector<Way> list;
  for (auto& [text, way] : ways) {
    std::ranges::sort(way.calls);
    way.calls.erase(std::unique(way.calls.begin(), way.calls.end()), way.calls.end());
    list.push_back(std::move(way));
  }
  return list;
}

/// The question as `writ can` reads it: what is permitted of `calls`, and what would forbid them.
struct Asked {
  intent::Question least;
  intent::Question widest;
};

intent::Operation Invoking() {
  intent::Operation operation;
  operation.kind = intent::Operation::Kind::kVerb;
  operation.verb = "invoke";
  operation.sort = intent::Sort::kModels;
  return operation;
}

intent::Prohibition Forbidding(const std::vector<Holder>& holders, AccountIndex account) {
  intent::Prohibition widest;
  widest.bound.included = holders;
  widest.accounts = {account};
  widest.operation = Invoking();
  return widest;
}

Asked Ask(const std::vector<Holder>& holders, AccountIndex account, const Column& column,
          const Way& way, std::vector<Call> calls) {
  intent::Permission least;
  least.holders = holders;
  least.accounts = {account};
  least.operation = Invoking();
  least.planes = {way.plane};
  least.calls = std::move(calls);
  intent::Prohibition widest = Forbidding(holders, account);
  widest.models.patterns = column.model != nullptr
                               ? column.model->patterns
                               : std::vector<std::string>{column.name, column.name + ":*"};
  widest.planes = {way.plane};
  if (way.plane == Call::Plane::kBedrock) widest.routes = {way.route};
  Asked asked;
  asked.least.can = std::move(least);
  asked.widest.cannot = std::move(widest);
  return asked;
}

class Decider {
 public:
  Decider(const access::Facts& facts, access::Access& access, Matrix& matrix)
      : model_(facts.program.model),
        access_(access),
        matrix_(matrix),
        rows_(RowsOf(access.names())),
        columns_(ColumnsOf(model_, facts.program.catalog)) {
    for (const Column& column : columns_) {
      ways_.push_back(WaysOf(column, model_, facts.program.catalog));
    }
  }

  void Run(std::size_t limit) {
    for (const Row& row : rows_) matrix_.rows.push_back(row.label);
    for (const Column& column : columns_) matrix_.models.push_back(column.name);
    for (const intent::Account& account : model_.organization.accounts) {
      matrix_.accounts.push_back(account.name);
    }
    matrix_.limit = limit;
    matrix_.questions = Count();
    matrix_.is_decided = matrix_.questions <= limit;
    if (!matrix_.is_decided) return;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      for (std::uint32_t i = 0; i < model_.organization.accounts.size(); ++i) {
        const std::vector<Holder> holders = HoldersIn(rows_[row], {i});
        if (!holders.empty()) DecideAccount(row, {i}, holders);
      }
    }
  }

 private:
  [[nodiscard]] static std::vector<Holder> HoldersIn(const Row& row, AccountIndex account) {
    std::vector<Holder> here;
    for (const Holder& holder : row.holders) {
      if (std::ranges::binary_search(holder.accounts, account)) here.push_back(holder);
    }
    return here;
  }

  [[nodiscard]] std::size_t Count() const {
    std::size_t places = 0;
    for (const Row& row : rows_) {
      for (const Holder& holder : row.holders) places += holder.accounts.size();
    }
    std::size_t ways = 1;  // the models that are no column
    for (const std::vector<Way>& of_one : ways_) ways += of_one.size();
    return places * ways;
  }

  void DecideAccount(std::size_t row, AccountIndex account, const std::vector<Holder>& holders) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      Cell cell{row, i, account.value, Answer::kNo, {}};
      for (const Way& way : ways_[i]) {
        cell.routes.push_back(DecideWay(account, holders, columns_[i], way));
      }
      cell.answer = Together(cell.routes);
      matrix_.cells.push_back(std::move(cell));
    }
    matrix_.others.push_back(DecideOthers(row, account, holders));
  }

  CellRoute DecideWay(AccountIndex account, const std::vector<Holder>& holders,
                      const Column& column, const Way& way) {
    CellRoute route;
    route.way = way.text;
    const Asked asked = Ask(holders, account, column, way, way.calls);
    const access::Brief brief = access_.CanBriefly(asked.least, &asked.widest);
    route.answer = Of(brief.kind);
    route.by = PlacesOf(brief.by);
    route.forbidden = PlacesOf(brief.forbidding);
    if (route.answer == Answer::kUndecided) route.because = brief.because;
    if (route.answer == Answer::kYes) {
      for (const auto& [region, calls] : ByRegion(way.calls)) route.whole.push_back(region);
    }
    if (route.answer == Answer::kPartly) DecideRegions(account, holders, column, way, route);
    return route;
  }

  static std::map<std::string, std::vector<Call>> ByRegion(const std::vector<Call>& calls) {
    std::map<std::string, std::vector<Call>> regions;
    for (const Call& call : calls) regions[call.region].push_back(call);
    return regions;
  }

  void DecideRegions(AccountIndex account, const std::vector<Holder>& holders, const Column& column,
                     const Way& way, CellRoute& route) {
    for (auto& [region, calls] : ByRegion(way.calls)) {
      const Asked asked = Ask(holders, account, column, way, calls);
      const Kind kind = access_.CanBriefly(asked.least, nullptr).kind;
      if (kind == Kind::kYes) route.whole.push_back(region);
      if (kind == Kind::kPartly) route.partly.push_back(region);
    }
  }

  OtherModels DecideOthers(std::size_t row, AccountIndex account,
                           const std::vector<Holder>& holders) {
    intent::Question widest;
    widest.cannot = Forbidding(holders, account);
    widest.cannot->models.all = true;
    for (const Column& column : columns_) {
      if (column.model == nullptr) {
        widest.cannot->models.except.push_back(column.name);
        continue;
      }
      for (const catalog::ModelId& id : column.model->ids) {
        widest.cannot->models.except.push_back(id.id);
      }
    }
    std::ranges::sort(widest.cannot->models.except);
    OtherModels others{row, account.value, Answer::kNo, {}};
    std::vector<const intent::Origin*> by;
    for (const access::Shown& way : access_.Ways(widest)) {
      others.answer = Answer::kPartly;
      by.insert(by.end(), way.judgement.granting.begin(), way.judgement.granting.end());
    }
    others.by = PlacesOf(by);
    return others;
  }

  static Answer Together(const std::vector<CellRoute>& routes) {
    const auto all = [&](Answer answer) {
      return !routes.empty() && std::ranges::all_of(routes, [&](const CellRoute& route) {
        return route.answer == answer;
      });
    };
    const auto any = [&](Answer answer) {
      return std::ranges::any_of(routes,
                                 [&](const CellRoute& route) { return route.answer == answer; });
    };
    if (routes.empty() || all(Answer::kNothing)) return Answer::kNothing;
    if (all(Answer::kYes)) return Answer::kYes;
    if (any(Answer::kYes) || any(Answer::kPartly)) return Answer::kPartly;
    return any(Answer::kUndecided) ? Answer::kUndecided : Answer::kNo;
  }

  const intent::Model& model_;
  access::Access& access_;
  Matrix& matrix_;
  std::vector<Row> rows_;
  std::vector<Column> columns_;
  std::vector<std::vector<Way>> ways_;  ///< by column
};

}  // namespace

Matrix DecideMatrix(const access::Facts& facts, access::Access& access, std::size_t limit) {
  Matrix matrix;
  Decider(facts, access, matrix).Run(limit);
  return matrix;
}

}  // namespace writ::report
