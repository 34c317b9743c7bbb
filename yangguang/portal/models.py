"""公开检索: what the one search of the portal reads.  Made of what is published, and made again at any time."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models


class PublicEntry(models.Model):
    """One thing the public may find, in its public words: a projection of the portal's own views and published rows.

    **Shape** `source`: what it was made of ("power:<key>", "list:<id>"); `part`: which part of it ("" or a guide's key);
    `stamp`: the state of the source it shows; `form`: the words' own edition; `place`: where it stands in the results.
    An entry whose source has moved on is found no more, at once: the view `portal_found` compares the stamps.
    """

    source = models.CharField("来源", max_length=100)
    part = models.CharField("部分", max_length=60, blank=True)
    stamp = models.CharField("来源状态", max_length=64)
    form = models.CharField("编写版本", max_length=32)
    kind = models.CharField("种类", max_length=12)
    title = models.CharField("名称", max_length=300)
    number = models.CharField("编号", max_length=100, blank=True)
    body_name = models.CharField("机关", max_length=100)
    text = models.TextField("公开的文字", blank=True)
    url = models.CharField("地址", max_length=400)
    on = models.DateField("日期", null=True)
    place = models.CharField("次序", max_length=12)
    tsv = SearchVectorField("检索词", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开检索条目"
        constraints = [models.UniqueConstraint(fields=["source", "part"], name="public_entry_source")]


class Found(models.Model):
    """公开检索的一条结果: entries whose source still stands, and the decisions on show.  A view; nothing is written here."""

    key = models.CharField("编号", max_length=24, primary_key=True)
    kind = models.CharField("种类", max_length=12)
    title = models.CharField("名称", max_length=300)
    number = models.CharField("编号", max_length=100)
    body_name = models.CharField("机关", max_length=100)
    party = models.CharField("执法对象", max_length=200)
    text = models.TextField("公开的文字")
    url = models.CharField("地址", max_length=400)
    on = models.DateField("日期", null=True)
    place = models.CharField("次序", max_length=12)
    tsv = SearchVectorField("检索词")

    class Meta:
        managed = False
        db_table = "portal_found"
        verbose_name = verbose_name_plural = "公开检索结果"
