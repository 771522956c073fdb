-- A visit that found signs of a relapse is a thing for a person to decide (R041).
alter table supervision drop constraint supervision_measure_check;
alter table supervision add constraint supervision_measure_check
    check (measure in ('reminder', 'order', 'consult', 'notice', 'accountability', 'relapse'));
