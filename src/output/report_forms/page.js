(function () {
  'use strict';
  var root = document.documentElement;
  var box = document.getElementById('filter');
  var told = document.getElementById('filtered');
  var rows = Array.prototype.slice.call(document.querySelectorAll('[data-row]'));
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  root.classList.add('scripted');
  function filter() {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    rows.forEach(function (row, i) {
      var is = words.every(function (word) { return texts[i].indexOf(word) >= 0; });
      row.classList.toggle('out', !is);
      if (is) { shown += 1; }
    });
    told.textContent = words.length ? shown + ' of ' + rows.length + ' rows' : '';
  }
  function reveal() {
    var at = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!at) { return; }
    if (at.classList.contains('out')) { box.value = ''; filter(); }
    for (var one = at; one; one = one.parentElement) { if (one.tagName === 'DETAILS') { one.open = true; } }
    at.scrollIntoView();
  }
  var closed = [];
  box.addEventListener('input', filter);
  window.addEventListener('hashchange', reveal);
  window.addEventListener('beforeprint', function () {
    closed = Array.prototype.slice.call(document.querySelectorAll('details:not([open])'));
    closed.forEach(function (one) { one.open = true; });
  });
  window.addEventListener('afterprint', function () { closed.forEach(function (one) { one.open = false; }); });
  reveal();
})();
