"""The directory as a page of forms on this machine, for volunteers who would rather not write YAML.

server    the page's addresses; gate says who may ask, serving opens the door on loopback
desk      what can be done: look, check, save
draft     what a person wrote -> the file it would be, and what changes in it
form      the declared shape -> fields to fill in; vocabulary offers the words, words.yaml the labels
placing   a problem's line -> the field it belongs to
merging   two people's changes of one file -> both
listing   the directory as a searchable list
naming    where a new organization's file stands
"""
