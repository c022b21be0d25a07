using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Data.Coco;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// refCOCO, refCOCO+, refCOCOg, refCLEF, gRefCOCO, Ref-ZOM, R-RefCOCO: <c>instances.json</c> and a file of references. For training, of each picture
/// at most three sentences of any of its references, a turn each; for evaluation, all of them.
/// </summary>
/// <param name="usual">Who split it, where nobody says; null for a set that has one split only.</param>
/// <param name="splitters">Who split it at all.</param>
internal sealed partial class ReferringReader(string? usual, params string[] splitters) : IDatasetReader
{
    private const int SentencesInTraining = 3;

    private static readonly string[] Pictures =
        ["../images/mscoco/images/train2014", "../images/saiapr_tc-12", "../images/train2014", "../train2014", "../coco/train2014", "../../coco/train2014", "train2014", "images"];

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", scope.Kind is "ref-zom" ? "test" : "val");
        string instances = scope.File("The annotations of the pictures", "instances.json");
        string references = References(scope);
        (Dictionary<long, List<ReferringExpression>> ofImage, SortedSet<string> splits) = (new Dictionary<long, List<ReferringExpression>>(), new SortedSet<string>(StringComparer.Ordinal));
        (List<long> images, HashSet<long> ids) = (new List<long>(), new HashSet<long>());
        Walk(
            references,
            entry =>
            {
                ReferringExpression expression = ReferringExpression.From(entry);
                splits.Add(expression.Split);
                if (!ids.Add(expression.Id))
                {
                    throw entry["ref_id"].Says($"the reference {expression.Id} is there twice.");
                }

                if (!IsIn(expression.Split, split, scope.Kind))
                {
                    if (!KnownSplit().IsMatch(expression.Split))
                    {
                        scope.Log.LeaveOut($"a reference is of the split '{expression.Split}', which is none of the published ones", expression.Place);
                    }

                    return;
                }

                if (!ofImage.TryGetValue(expression.Image, out List<ReferringExpression>? list))
                {
                    ofImage.Add(expression.Image, list = []);
                    images.Add(expression.Image);
                }

                list.Add(expression);
            },
            scope,
            cancellationToken);
        if (images.Count == 0)
        {
            throw new InvalidDataException($"'{Path.GetFileName(references)}' has no references of the split '{split}'; it has {string.Join(", ", splits)}.");
        }

        CocoFile file = CocoFile.Open(instances, scope, cancellationToken: cancellationToken);
        return new ImportPlan(images.Count, images.Select(image => ImportItem.Of(log => Make(scope, file, image, ofImage[image], split, log))));
    }

    /// <summary>testA, testB and testC take every split with that letter, test every split that says test; others themselves (the refer API).</summary>
    private static bool IsIn(string split, string wanted, string kind) => (kind, wanted) switch
    {
        ("grefcoco", _) => split == wanted,
        (_, "testA" or "testB" or "testC") => split.Contains(wanted[^1], StringComparison.Ordinal),
        (_, "test") => split.Contains(wanted, StringComparison.Ordinal),
        _ => split == wanted,
    };

    private static void Walk(string path, Action<JsonPlace> handler, ImportScope scope, CancellationToken cancellationToken)
    {
        if (path.EndsWith(".p", StringComparison.Ordinal))
        {
            PickleJson.Walk(path, handler, cancellationToken);
            return;
        }

        JsonFile.Walk(
            path,
            value =>
            {
                if (value.Property.Length > 0 || value.Index < 0)
                {
                    throw Fault.At(path, null, "it holds no list of references.");
                }

                using JsonFileElement parsed = JsonFile.Parse(path, value.Property, value.Index, value.Json.ToArray());
                handler(parsed.Value);
            },
            scope.Reading(path),
            cancellationToken);
    }

    private string References(ImportScope scope)
    {
        string? by = scope.Options.SplitBy;
        if (by is not null && !splitters.Contains(by))
        {
            throw new ArgumentException(splitters.Length == 0
                ? $"--split-by is '{by}'; {scope.Kind} has one split only."
                : $"--split-by is '{by}'; {scope.Kind} was split by {string.Join(" and by ", splitters)}.");
        }

        string[] order = by is not null ? [by] : usual is null ? [] : [usual, .. splitters.Where(splitter => splitter != usual)];
        return scope.Kind switch
        {
            "grefcoco" => scope.File("The file of references", [.. order.SelectMany(name => (string[])[$"grefs({name}).json", $"grefs({name}).p"])]),
            "ref-zom" => scope.File("The file of references", "Ref_ZOM.p", "Ref_ZOM.json", "ref_zom.p"),
            _ => scope.File("The file of references", [.. order.SelectMany(name => (string[])[$"refs({name}).p", $"refs({name}).json"])]),
        };
    }

    private static SegCapSample? Make(ImportScope scope, CocoFile file, long image, List<ReferringExpression> expressions, string split, ImportLog log)
    {
        if (file.Image(image) is not { } picture)
        {
            log.LeaveOut("references are about a picture that instances.json does not list", $"picture {image}, {expressions.Count} references");
            return null;
        }

        foreach (ReferringExpression empty in expressions.Where(expression => expression.Sentences.Count == 0))
        {
            log.LeaveOut("a reference has no sentence", empty.Place);
        }

        string id = $"{scope.Kind}-{split}-{image}";
        Random? random = scope.ForEvaluation ? null : scope.RandomOf(id);
        (ReferringExpression expression, ReferringSentence sentence)[] all = expressions.SelectMany(expression => expression.Sentences.Select(sentence => (expression, sentence))).ToArray();
        Dictionary<ReferringExpression, RunLengths?> masks = new();
        List<SegCapQuestion> questions = new();
        foreach ((ReferringExpression expression, ReferringSentence sentence) in random is null ? all : Drawn(all, random))
        {
            if (Question(file, picture, expression, sentence, masks, random, log) is { } question)
            {
                questions.Add(question);
            }
        }

        return questions.Count == 0
            ? null
            : scope.Sample(id, scope.PictureOf(picture.FileName, log, Pictures), picture.Width, picture.Height, "refer_one", questions, split, SourceIds.Of("image_id", image));
    }

    private static (ReferringExpression, ReferringSentence)[] Drawn((ReferringExpression, ReferringSentence)[] all, Random random)
    {
        if (all.Length < SentencesInTraining)
        {
            return all;
        }

        random.Shuffle(all);
        return all[..SentencesInTraining];
    }

    private static SegCapQuestion? Question(
        CocoFile file,
        CocoImage picture,
        ReferringExpression expression,
        ReferringSentence sentence,
        Dictionary<ReferringExpression, RunLengths?> masks,
        Random? random,
        ImportLog log)
    {
        string text = sentence.Text.Trim();
        if (text.Length == 0 || !Wordings.IsPlain(text))
        {
            log.LeaveOut(text.Length == 0 ? "a sentence is empty" : "a sentence holds mark-up", $"{expression.Place}, sentence {sentence.Id}");
            return null;
        }

        bool none = expression.Annotations.Length == 0 || !sentence.Exists;
        RunLengths? mask = default(RunLengths);
        if (!none)
        {
            if (Array.FindIndex(expression.Annotations, annotation => file.AnnotationWithId(annotation) is null) is >= 0 and var missing)
            {
                log.LeaveOut(
                    "a sentence is about an annotation that instances.json does not have", $"{expression.Place}, sentence {sentence.Id}, annotation {expression.Annotations[missing]}");
                return null;
            }

            if (Array.FindIndex(expression.Annotations, annotation => !file.AnnotationsOf(picture.Id).Contains(file.AnnotationWithId(annotation)!.Value)) is >= 0 and var foreign)
            {
                log.LeaveOut("a sentence is about an annotation of another picture", $"{expression.Place}, sentence {sentence.Id}, annotation {expression.Annotations[foreign]}");
                return null;
            }

            if (!masks.TryGetValue(expression, out mask))
            {
                masks.Add(expression, mask = MaskOf(file, picture, expression, skipCrowds: random is null, log));
            }

            if (mask is null && random is null)
            {
                log.LeaveOut("a sentence's object has no pixel", $"{expression.Place}, sentence {sentence.Id}");
                return null;
            }

            // The published training code takes an object without pixels for one that is not there; an evaluation cannot know.
            none = mask is null;
            if (none)
            {
                log.Note("a sentence's object has no pixel and was taken for one that is not there, as the published reader does", $"{expression.Place}, sentence {sentence.Id}");
            }
        }

        // Training hears expressions in lower case; an evaluation takes them as they stand.
        string name = random is null ? text : text.ToLowerInvariant();
        Dictionary<string, JsonElement> ids = SourceIds.Of("ref_id", expression.Id);
        ids.Add("sent_id", SourceIds.Value(sentence.Id));
        ids.Add("ann_id", SourceIds.Value(expression.Annotations));
        return new SegCapQuestion
        {
            Task = none ? "refer_none" : expression.Annotations.Length > 1 ? "refer_many" : "refer_one",
            Instruction = Wordings.Segment(name),
            Answer = none ? Wordings.Absent(name) : Wordings.Found(name, random),
            Masks = none ? [] : [mask!],
            Labels = none ? [] : [name],
            Target = none ? SegCapTarget.None : null,
            Expression = sentence.Text,
            Ids = ids,
        };
    }

    /// <summary>All objects of a reference as one mask; null where there is no pixel.</summary>
    private static RunLengths? MaskOf(CocoFile file, CocoImage picture, ReferringExpression expression, bool skipCrowds, ImportLog log)
    {
        Mask union = Mask.Empty(picture.Width, picture.Height);
        foreach (long id in expression.Annotations)
        {
            using JsonFileElement annotation = file.Annotation(file.AnnotationWithId(id)!.Value);
            if (expression.Annotations.Length > 1 && skipCrowds && (annotation.Value.Find("iscrowd")?.Truth() ?? false))
            {
                log.Note("a crowd among the objects of a reference does not count in an evaluation", $"{expression.Place}, annotation {id}");
                continue;
            }

            if (CocoSegmentation.ToMask(annotation.Value.Find("segmentation"), picture.Width, picture.Height) is { } mask)
            {
                union = union.Union(mask);
            }
            else if (expression.Annotations.Length > 1)
            {
                log.Note("an object among those of a reference has no outline; its mask is that of the others", $"{expression.Place}, annotation {id}");
            }
        }

        return union.IsEmpty ? null : RunLengths.Of(union);
    }

    [GeneratedRegex("^(train|val|test[ABC]*)$")]
    private static partial Regex KnownSplit();
}
