using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Vision.Results;

namespace MGLMM.Samples.VisionAgent.Planning;

/// <summary>
/// A request as steps, each one or more function calls that may run at once. A step is made when the results of those before it are known.
/// </summary>
internal sealed partial class Plan(Recollection recollection)
{
    private const string Vision = "vision";
    private const string Geometry = "vision_geometry";
    private const string Output = "vision_output";

    private static readonly (string Words, string Format)[] Formats =
    [
        ("coco polygons?", "coco_polygon"), ("panoptic", "panoptic_png"), ("mask|png", "mask_png"), ("labelme", "labelme"), ("geojson", "geojson"),
        ("yolo", "yolo_seg"), ("label[ _-]?studio", "label_studio"), ("svg", "svg"), ("coco|rle|json", "coco_rle"),
    ];

    private readonly StringBuilder _words = new();
    private readonly List<KnownRegion> _regions = [.. recollection.Regions];
    private string? _lastSet = recollection.LastSet;
    private string? _lastLabel;
    private PlannedCall? _objects;
    private string? _scene;

    /// <summary>The answer, once all steps are done.</summary>
    public string Words => _words.Length == 0 ? "I found nothing to do in that. Ask me to describe, find, count, compare, outline or export something." : _words.ToString().TrimEnd();

    private string Image => recollection.Image!;

    public IEnumerable<IReadOnlyList<PlannedCall>> Run()
    {
        if (recollection.Image is null)
        {
            Say("No picture is open. Open one with /image and a file.");
            yield break;
        }

        foreach (var clause in Clauses.Of(recollection.Request))
        {
            foreach (var calls in Steps(clause))
            {
                yield return calls;
                foreach (var call in calls)
                {
                    Learn(call);
                }
            }
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> Steps(string clause)
    {
        if (Export().Match(clause) is { Success: true } export && FormatOf(export.Groups["format"].Value) is { } format)
        {
            return ExportSteps(export.Groups["what"].Value, format);
        }

        if (BlurOthers().Match(clause) is { Success: true } blur)
        {
            return DrawSteps(blur.Groups["what"].Value, "blur_others", "I blurred everything but");
        }

        if (Draw().Match(clause) is { Success: true } draw)
        {
            var verb = draw.Groups["verb"].Value.ToLowerInvariant();
            return verb.StartsWith("number", StringComparison.Ordinal) ? DrawSteps(draw.Groups["what"].Value, "numbered", "I numbered")
                : verb.StartsWith("cut", StringComparison.Ordinal) ? DrawSteps(draw.Groups["what"].Value, "cutout", "I cut out")
                : verb.StartsWith("crop", StringComparison.Ordinal) ? DrawSteps(draw.Groups["what"].Value, "crop", "I cropped the picture to")
                : verb.StartsWith("blur", StringComparison.Ordinal) ? DrawSteps(draw.Groups["what"].Value, "blur_others", "I blurred everything but")
                : verb.StartsWith("outline", StringComparison.Ordinal) ? DrawSteps(draw.Groups["what"].Value, "outline", "I outlined")
                : DrawSteps(draw.Groups["what"].Value, "overlay", "I marked");
        }

        if (Parts().Match(clause) is { Success: true } parts)
        {
            return PartSteps(parts.Groups["what"].Value);
        }

        if (Describe().Match(clause) is { Success: true } describe)
        {
            return Scene().IsMatch(describe.Groups["what"].Value)
                ? SceneSteps(Short().IsMatch(clause) ? "brief" : null, Objects().IsMatch(clause) ? "instance" : "panoptic")
                : CaptionSteps(describe.Groups["what"].Value);
        }

        if (HowMany().Match(clause) is { Success: true } count)
        {
            return CountSteps(count.Groups["what"].Value);
        }

        if (WhichOf().Match(clause) is { Success: true } one)
        {
            return WhichSteps($"the {one.Groups["which"].Value} {one.Groups["noun"].Value}{one.Groups["rest"].Value}");
        }

        if (Which().Match(clause) is { Success: true } which)
        {
            return WhichSteps(which.Groups["what"].Value);
        }

        if (Relation().Match(clause) is { Success: true } relation)
        {
            return RelationSteps(relation.Groups["a"].Value, relation.Groups["b"].Value);
        }

        if (Except().Match(clause) is { Success: true } except)
        {
            return ExceptSteps(except.Groups["from"].Value, except.Groups["what"].Value);
        }

        if (Join().Match(clause) is { Success: true } join)
        {
            return JoinSteps(join.Groups["a"].Value, join.Groups["b"].Value);
        }

        if (Find().Match(clause) is { Success: true } find)
        {
            return FindSteps(find.Groups["what"].Value);
        }

        return Reason().IsMatch(clause) ? ReasonSteps(clause) : AskSteps(clause);
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> SceneSteps(string? detail, string granularity)
    {
        var seen = new PlannedCall(Vision, "segment_and_caption", ("image", Image), ("granularity", granularity), ("detail", detail));
        yield return [seen];
        _scene = seen.Empty ? null : seen.Set;
        if (Tell(seen))
        {
            foreach (var step in Picture(seen.Set!, "overlay", "All of it, marked"))
            {
                yield return step;
            }
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> PartSteps(string words)
    {
        var found = new Target();
        foreach (var step in Resolve(words, found))
        {
            yield return step;
        }

        foreach (var region in found.Regions.Take(1))
        {
            var parts = new PlannedCall(Vision, "segment_and_caption", ("image", Image), ("granularity", "part"), ("within", region.Handle));
            yield return [parts];
            if (parts.Empty)
            {
                Say($"I found {region}, but the model sees no parts of it.");
            }
            else if (Tell(parts))
            {
                foreach (var step in Picture(parts.Set!, "overlay", $"The parts of {region.Handle}, marked"))
                {
                    yield return step;
                }
            }
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> CaptionSteps(string words)
    {
        var found = new Target();
        foreach (var step in Resolve(words, found))
        {
            yield return step;
        }

        foreach (var region in found.Regions.Take(1))
        {
            var caption = new PlannedCall(Vision, "caption", ("image", Image), ("region", region.Handle));
            yield return [caption];
            Say(caption.Failed ? caption.Excuse : $"{Capital(region.ToString())}: {caption.Said}");
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> CountSteps(string words)
    {
        var wanted = Wanted.Read(Tail().Replace(words, string.Empty));
        var found = new Target();
        foreach (var step in Candidates(wanted, found))
        {
            yield return step;
        }

        _lastLabel = wanted.Label;
        Say(found.Count switch
        {
            0 => found.Excuse ?? $"There is no {wanted.Label} in the picture.",
            1 => $"There is one {wanted.Label}: {found.Regions[0]}.",
            var many when many > found.Regions.Count => $"There are {many} {Wanted.Plural(wanted.Label)} [{found.Handles}].",
            var many => $"There are {many} {Wanted.Plural(wanted.Label)}: {Listed(found.Regions)}.",
        });
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> WhichSteps(string words)
    {
        var found = new Target();
        foreach (var step in Resolve(words, found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0)
        {
            Say($"{Capital(Wanted.Read(words).Expression)}: {Listed(found)}.");
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> DrawSteps(string words, string style, string did)
    {
        var found = new Target();
        foreach (var step in Resolve(words, found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0)
        {
            var picture = new PlannedCall(Output, "render_image", ("image", Image), ("regions", found.Handles), ("style", style));
            yield return [picture];
            Say(picture.Failed ? picture.Excuse : $"{did} {Listed(found)}: {File(picture)}.");
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> ExportSteps(string words, string format)
    {
        var found = new Target();
        foreach (var step in Resolve(words.Trim().Length == 0 ? "everything" : words, found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0)
        {
            var file = new PlannedCall(Output, "export_regions", ("set", found.Handles), ("format", format));
            yield return [file];
            Say(file.Failed ? file.Excuse : $"I exported {Listed(found)} as {format}: {File(file)}.");
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> RelationSteps(string first, string second)
    {
        var a = new Target();
        var b = new Target();
        foreach (var step in ResolveBoth(first, a, second, b))
        {
            yield return step;
        }

        if (a.Regions.Count > 0 && b.Regions.Count > 0)
        {
            var compared = new PlannedCall(Geometry, "compare_regions", ("regions", $"{a.Regions[0].Handle}, {b.Regions[0].Handle}"));
            yield return [compared];
            Say(compared.Failed ? compared.Excuse : Relation(a.Regions[0], b.Regions[0], compared.Result));
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> JoinSteps(string first, string second)
    {
        var a = new Target();
        var b = new Target();
        foreach (var step in ResolveBoth(first, a, second, b))
        {
            yield return step;
        }

        if (a.Regions.Count > 0 && b.Regions.Count > 0)
        {
            var joined = new PlannedCall(Geometry, "combine_regions", ("operation", "union"), ("regions", $"{a.Handles}, {b.Handles}"));
            yield return [joined];
            foreach (var step in Made(joined, "Together they are"))
            {
                yield return step;
            }
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> ExceptSteps(string whole, string taken)
    {
        var without = new Target();
        foreach (var step in Resolve(taken, without))
        {
            yield return step;
        }

        if (without.Regions.Count == 0)
        {
            yield break;
        }

        PlannedCall left;
        if (whole.Trim().Length == 0 || Wanted.Read(whole).IsPronoun || Scene().IsMatch(whole))
        {
            left = new PlannedCall(Geometry, "combine_regions", ("operation", "invert"), ("regions", without.Handles));
        }
        else
        {
            var from = new Target();
            foreach (var step in Resolve(whole, from))
            {
                yield return step;
            }

            if (from.Regions.Count == 0)
            {
                yield break;
            }

            left = new PlannedCall(Geometry, "combine_regions", ("operation", "subtract"), ("regions", from.Handles), ("others", without.Handles));
        }

        yield return [left];
        foreach (var step in Made(left, "What is left is"))
        {
            yield return step;
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> FindSteps(string words)
    {
        var found = new Target();
        foreach (var step in Resolve(words, found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0)
        {
            Say($"I found {Listed(found)}.");
            foreach (var step in Picture(found.Handles, "overlay", "Marked"))
            {
                yield return step;
            }
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> ReasonSteps(string question)
    {
        var answer = new PlannedCall(Vision, "reason_segment", ("image", Image), ("question", Question(question)), ("explain", true));
        yield return [answer];
        if (Tell(answer))
        {
            foreach (var step in Picture(answer.Set!, "overlay", "Marked"))
            {
                yield return step;
            }
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> AskSteps(string question)
    {
        var answer = new PlannedCall(Vision, "ask", ("image", Image), ("question", Question(question)));
        yield return [answer];
        Say(answer.Failed ? answer.Excuse : answer.Said);
    }

    /// <summary>The regions that words stand for: those just dealt with, known ones that fit alone, or what the model finds.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Resolve(string words, Target found)
    {
        var wanted = Wanted.Read(Tail().Replace(words, string.Empty));
        if (Handles().Matches(words) is { Count: > 0 } named)
        {
            found.Take(named.Select(match => _regions.Find(region => region.Handle == match.Value) ?? new KnownRegion(match.Value, string.Empty)));
            yield break;
        }

        if (wanted.IsPronoun && _lastSet is not null)
        {
            var page = new PlannedCall(Geometry, "get_regions", ("set", _lastSet), ("fields", "phrase"));
            yield return [page];
            found.TakeAll(page);
            Excuse(page, "them", found);
            yield break;
        }

        if (Scene().IsMatch(wanted.Expression) || wanted.IsPronoun)
        {
            var all = new PlannedCall(
                Vision, "segment_and_caption", ("image", Image), ("granularity", Objects().IsMatch(wanted.Expression) ? "instance" : "panoptic"));
            yield return [all];
            found.TakeAll(all);
            Excuse(all, "anything", found);
            yield break;
        }

        if (wanted.Order is not null || wanted.All)
        {
            foreach (var step in Candidates(wanted.Label.Length > 0 ? wanted : wanted with { Label = _lastLabel ?? string.Empty }, found))
            {
                yield return step;
            }

            if (found.Regions.Count == 0)
            {
                Say(found.Excuse ?? $"There is no {(wanted.Label.Length > 0 ? wanted.Label : "such thing")} in the picture.");
            }

            yield break;
        }

        // What an earlier answer of this request named need not be looked for again. A result may list fewer regions than its set has.
        if ((_scene ?? _objects?.Set) is { } seen && !Relative().IsMatch(wanted.Expression))
        {
            var known = new PlannedCall(Geometry, "select_regions", ("set", seen), ("label", wanted.Label), ("order_by", "largest"));
            yield return [known];
            if (known is { Failed: false, Empty: false })
            {
                if (known.Count > 1)
                {
                    Say($"There are {known.Count} {Wanted.Plural(wanted.Label)}; I take the largest, {known.Regions[0]}.");
                }

                found.Take(known.Regions.Take(1));
                yield break;
            }
        }

        var referred = Refer(wanted);
        yield return [referred];
        found.Take(referred.Regions);
        Excuse(referred, wanted.Expression, found);
    }

    /// <summary>Two sets of words; where the model has to find both, at once.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> ResolveBoth(string first, Target a, string second, Target b)
    {
        var (one, other) = (Wanted.Read(first), Wanted.Read(second));
        if (one is { IsPronoun: false, Order: null, All: false } && other is { IsPronoun: false, Order: null, All: false } && !Handles().IsMatch(first + second))
        {
            var (left, right) = (Refer(one), Refer(other));
            yield return [left, right];
            a.Take(left.Regions);
            b.Take(right.Regions);
            Excuse(left, one.Expression, a);
            Excuse(right, other.Expression, b);
            yield break;
        }

        foreach (var step in Resolve(first, a).Concat(Resolve(second, b)))
        {
            yield return step;
        }
    }

    /// <summary>All of a kind, sorted and picked: from the list of objects, or, where that has none, from what the model finds by name.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Candidates(Wanted wanted, Target found)
    {
        var near = (string?)null;
        if (wanted.Near is not null)
        {
            var beside = new Target();
            foreach (var step in Resolve(wanted.Near, beside))
            {
                yield return step;
            }

            if (beside.Regions.Count == 0)
            {
                // That was said already.
                found.Excuse = string.Empty;
                yield break;
            }

            near = beside.Regions[0].Handle;
        }

        if (_objects is null)
        {
            _objects = new PlannedCall(Vision, "segment_and_caption", ("image", Image), ("granularity", "instance"));
            yield return [_objects];
        }

        // A model that knows no captions with masks may still know names.
        if (_objects.Failed && _objects.Text("code") != ToolErrorCodes.NotSupported)
        {
            found.Excuse = _objects.Excuse;
            yield break;
        }

        PlannedCall? chosen = null;
        if (_objects.Set is { } objects && !_objects.Empty)
        {
            chosen = Select(wanted, objects, near);
            yield return [chosen];
        }

        if ((chosen is null || chosen.Empty || chosen.Failed) && wanted.Label.Length > 0)
        {
            var referred = new PlannedCall(Vision, "refer", ("image", Image), ("expression", "all " + Wanted.Plural(wanted.Label)));
            yield return [referred];
            if (referred.Set is not { } set || referred.Empty || referred.Failed)
            {
                // What was wrong with the choice, where there was something to choose from.
                found.Excuse = referred.Failed ? referred.Excuse : chosen is { Failed: true } ? chosen.Excuse : null;
                yield break;
            }

            // The name was in the question, so it need not be in the phrase.
            chosen = Select(wanted with { Label = string.Empty }, set, near);
            yield return [chosen];
        }

        if (chosen is { Failed: true })
        {
            found.Excuse = chosen.Excuse;
        }
        else if (chosen is not null && chosen.Count > chosen.Regions.Count)
        {
            found.TakeAll(chosen);
        }
        else
        {
            found.Take(chosen?.Regions ?? []);
        }
    }

    private PlannedCall Select(Wanted wanted, string set, string? near) => new(
        Geometry, "select_regions", ("set", set), ("label", wanted.Label.Length > 0 ? wanted.Label : null), ("order_by", wanted.Order), ("near", near),
        ("nth", wanted.Nth), ("top", wanted is { Order: not null, Nth: null, All: false } ? 1 : null));

    private PlannedCall Refer(Wanted wanted) => new(Vision, "refer", ("image", Image), ("expression", "the " + wanted.Expression));

    private IEnumerable<IReadOnlyList<PlannedCall>> Made(PlannedCall made, string what)
    {
        if (made.Failed || made.Empty)
        {
            Say(made.Failed ? made.Excuse : "Nothing is left of that.");
            yield break;
        }

        Say($"{what} {Listed(made.Regions)}.");
        foreach (var step in Picture(made.Set!, "cutout", "Cut out"))
        {
            yield return step;
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> Picture(string regions, string style, string what)
    {
        var picture = new PlannedCall(Output, "render_image", ("image", Image), ("regions", regions), ("style", style));
        yield return [picture];
        if (!picture.Failed)
        {
            Say($"{what}: {File(picture)}.");
        }
    }

    /// <summary>Says what a grounded result says; whether it has regions.</summary>
    private bool Tell(PlannedCall call)
    {
        Say(call.Failed ? call.Excuse : call.Said.Length > 0 ? call.Said : "The model said nothing.");
        return call is { Failed: false, Empty: false, Set: not null };
    }

    private void Excuse(PlannedCall call, string what, Target found)
    {
        if (call.Failed)
        {
            Say(call.Excuse);
        }
        else if (found.Regions.Count == 0)
        {
            Say(call.Said.Length > 0 ? call.Said : $"There is no {what} in the picture.");
        }
    }

    private void Learn(PlannedCall call)
    {
        foreach (var region in call.Regions.Reverse())
        {
            _regions.RemoveAll(known => known.Handle == region.Handle && region.Phrase.Length > 0);
            if (!_regions.Exists(known => known.Handle == region.Handle))
            {
                _regions.Insert(0, region);
            }
        }

        _lastSet = call.Set ?? _lastSet;
    }

    private void Say(string words)
    {
        if (words.Length > 0)
        {
            _words.Append(words).Append('\n');
        }
    }

    private static string Relation(KnownRegion a, KnownRegion b, JsonElement comparison)
    {
        var pair = comparison.GetProperty("pairs")[0];
        var relations = pair.GetProperty("a_is").EnumerateArray()
            .Select(relation => relation.GetString() is "contains" ? "contains" : "is " + relation.GetString()!.Replace('_', ' '))
            .ToArray();
        var gap = pair.GetProperty("gap_px").GetDouble();
        var where = relations.Length == 0 ? "has no clear side to" : string.Join(" and ", relations);
        var between = gap > 0 ? $"; {gap.ToString(System.Globalization.CultureInfo.InvariantCulture)} px lie between them" : string.Empty;
        return $"{Capital(a.ToString())} {where} {b}{between}.";
    }

    private static string Listed(Target found) =>
        found.Count > found.Regions.Count ? $"{found.Count} regions [{found.Handles}]" : Listed(found.Regions);

    private static string Listed(IReadOnlyList<KnownRegion> regions) => regions.Count switch
    {
        1 => regions[0].ToString(),
        <= 6 => string.Join(", ", regions.Take(regions.Count - 1)) + " and " + regions[^1],
        _ => string.Join(", ", regions.Take(5)) + $" and {regions.Count - 5} more",
    };

    private static string File(PlannedCall call) => $"{call.Text("file_name")} [{call.Text("artifact")}]";

    private static string Capital(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];

    private static string Question(string clause) => Capital(clause.TrimEnd('?', '.')) + (Asks().IsMatch(clause) ? "?" : ".");

    private static string? FormatOf(string words) =>
        Formats.FirstOrDefault(format => Regex.IsMatch(words, $@"\b(?:{format.Words})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)).Format;

    [GeneratedRegex(@"\b(?:export|save|write)\b(?<what>.*?)\b(?:as|to|in|into)\s+(?:an?\s+|the\s+)?(?<format>[\w\s-]+?)(?:\s+(?:file|format|masks?))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Export();

    [GeneratedRegex(@"\bblur\b.*\b(?:except|but|other than|around|besides)\b(?:\s+for)?\s+(?<what>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex BlurOthers();

    [GeneratedRegex(@"^(?<verb>cut)\s+(?<what>.+?)\s+out$|^(?<verb>outline|highlight|mark|cut\s+out|crop(?:\s+(?:to|out))?|number|draw|render|blur)\s+(?<what>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Draw();

    [GeneratedRegex(@"\bparts\s+(?:of|does|make\s+up|has)\s+(?<what>.+?)(?:\s+have)?$|\bwhat\s+(?:does|do)\s+(?<what>.+?)\s+consist\s+of\b|\btake\s+(?<what>.+?)\s+apart\b|^describe\s+(?<what>.+?)\s+part\s+by\s+part\b", RegexOptions.IgnoreCase)]
    private static partial Regex Parts();

    [GeneratedRegex(@"^(?:briefly\s+)?(?:describe|caption|tell\s+me\s+about|explain)\s+(?<what>.+?)(?:\s+(?:briefly|in\s+detail|shortly|in\s+(?:one|a)\s+(?:short\s+)?sentence))?$|^what\s+(?:is|can\s+you\s+see)\s+(?:in|on)\s+(?<what>(?:the|this)\s+\w+)$|^what\s+(?:do|can)\s+you\s+see(?<what>)$", RegexOptions.IgnoreCase)]
    private static partial Regex Describe();

    [GeneratedRegex(@"^(?:(?:the\s+)?(?:whole\s+|entire\s+)?(?:scene|picture|image|photo|photograph|drawing|view|everything|all)|everything|all|it\s+all|)$|\b(?:objects|things)\b(?:\s+in\b.*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Scene();

    [GeneratedRegex(@"\b(?:objects|things)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Objects();

    [GeneratedRegex(@"\b(?:briefly|brief|short|shortly|one\s+sentence)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Short();

    [GeneratedRegex(@"\b(?:how\s+many|count|number\s+of)\s+(?<what>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex HowMany();

    [GeneratedRegex(@"^(?:which|what)\s+(?:(?:one\s+)?(?:of\s+them\s+)?is\s+)?(?<what>(?:the\s+)?(?:\w+\s+)*?(?:" + Wanted.Superlatives + ").*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Which();

    [GeneratedRegex(@"^which\s+(?!one\b|of\b)(?<noun>\w+(?:\s+\w+)*?)\s+is\s+(?:the\s+)?(?<which>" + Wanted.Superlatives + @")\b(?<rest>.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex WhichOf();

    [GeneratedRegex(@"^compare\s+(?<a>.+?)\s+(?:and|with|to)\s+(?<b>.+)$|^(?:is|are|does)\s+(?<a>the\s+.+?)\s+(?:inside|left\s+of|right\s+of|to\s+the\s+(?:left|right)\s+of|above|below|touch(?:ing)?|on|in|next\s+to|near|beside)\s+(?<b>the\s+.+)$|\b(?:distance|gap)\s+between\s+(?<a>.+?)\s+and\s+(?<b>.+)$|^how\s+far\s+is\s+(?<a>.+?)\s+from\s+(?<b>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Relation();

    [GeneratedRegex(@"^(?:show|find|segment|give|what\s+is|remove|select|mark)?\s*(?:me\s+)?(?<from>.*?)\s*\b(?:without|except|but\s+not|other\s+than|minus)\b(?:\s+for)?\s+(?<what>.+)$|^remove\s+(?<what>.+?)(?:\s+from\s+(?<from>.+))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Except();

    [GeneratedRegex(@"^(?:combine|join|unite|merge)\s+(?<a>.+?)\s+(?:and|with)\s+(?<b>.+)$|^(?:segment|find|mark)\s+(?<a>.+?)\s+and\s+(?<b>.+?)\s+(?:together|as\s+one)$", RegexOptions.IgnoreCase)]
    private static partial Regex Join();

    [GeneratedRegex(@"^(?:find|locate|segment|show(?:\s+me)?|point\s+(?:to|at)|where\s+(?:is|are)|look\s+for|i\s+am\s+looking\s+for|is\s+there|are\s+there)\s+(?<what>.+?)(?:\s+in\s+(?:this|the)\s+(?:image|picture|photo|scene))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Find();

    [GeneratedRegex(@"^(?:what|which|who|where)\b.*\b(?:could|can|would|should|might|may|for|because|to)\b|\bwhy\b", RegexOptions.IgnoreCase)]
    private static partial Regex Reason();

    [GeneratedRegex(@"^(?:what|which|who|whose|where|when|why|how|is|are|does|do|can|could|has|have)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Asks();

    [GeneratedRegex(@"\s+(?:are|is)\s+(?:there|visible|shown|in\s+(?:this|the)\s+\w+)\b.*$|\s+(?:can|do)\s+you\s+see\b.*$|\s+in\s+(?:this|the)\s+(?:image|picture|photo|scene)$", RegexOptions.IgnoreCase)]
    private static partial Regex Tail();

    // Places and relations are for the model to judge.
    [GeneratedRegex(@"\b(?:on|at|in|under|above|below|behind|between|beside|near|next|left|right|of|with|that|which)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Relative();

    [GeneratedRegex(@"\b[ms]\d+\b")]
    private static partial Regex Handles();

    /// <summary>The regions that some words turned out to stand for.</summary>
    private sealed class Target
    {
        public IReadOnlyList<KnownRegion> Regions { get; private set; } = [];

        /// <summary>How many there are; a result may list fewer.</summary>
        public int Count { get; private set; }

        /// <summary>Why there are none, where that is not because the picture has none: the words of an error, or empty where it was said already.</summary>
        public string? Excuse { get; set; }

        /// <summary>What to pass on: the set that has all of them, or each by itself.</summary>
        public string Handles { get; private set; } = string.Empty;

        public void Take(IEnumerable<KnownRegion> regions)
        {
            Regions = [.. regions.DistinctBy(region => region.Handle)];
            Count = Regions.Count;
            Handles = string.Join(", ", Regions.Select(region => region.Handle));
        }

        /// <summary>Takes all regions of a result, listed or not.</summary>
        public void TakeAll(PlannedCall call)
        {
            Take(call.Regions);
            if (call is { Failed: false, Empty: false, Set: { } set })
            {
                (Count, Handles) = (call.Count, set);
            }
        }
    }
}
