-- Facts keep each round as one value, and disagreements what they are about (docs/adr/0019-conflicts-and-rounds-are-values.md).

-- Nothing was released in the form of before, so cases of that form are not converted; nor are they left to be misread.
do $$ begin
    if exists (select from case_doc) then
        raise exception 'this database holds cases of a version before the first release, whose facts have another form: begin with an empty database, or go on with the version that wrote them';
    end if;
end $$;

comment on column merge_conflict.id is 'Made from kind, subject and the operations of its variants.';
comment on column merge_conflict.path is 'What it is about, as people are shown it.';
comment on column merge_conflict.variants is 'What each author wrote: in words for people, and as a value where a rule reads it.';
comment on column merge_conflict.choice is 'The variant that holds, by its place; what it comes to stands with the variant.';
