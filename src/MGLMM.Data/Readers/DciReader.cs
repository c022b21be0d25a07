using System.Globalization;
using System.Text;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// DCI, the densely captioned images: a file a picture, with a tree of masks. Regions of low quality are taken out, and their children go to the parent.
/// The first question is about the picture and its children; further ones are about regions with two children or more: for training at most two of
/// these, for evaluation all.
/// </summary>
internal sealed class DciReader : IDatasetReader
{
    private const int FollowUpsInTraining = 2;
    private const int FewestChildren = 2;
    private const long Picture = -1;
    private const string SplitFile = "splits.json";

    private static readonly string[] Pictures = ["../SegmentAnything/imgs", "photos", "images", "data/photos", "../photos"];

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", "val");
        string[] own = [Path.Combine(scope.Folder, split), Path.Combine(scope.Folder, "annotations", split)];
        string[] together = [Path.Combine(scope.Folder, "annotations"), scope.Folder];
        IReadOnlyList<string> files = FirstFiles(scope, own, cancellationToken)
            ?? OfSplit(
                scope,
                FirstFiles(scope, together, cancellationToken)
                    ?? throw Fault.Missing($"The annotations of the split '{split}'", ((string[])[.. own, .. together]).Select(place => Path.Combine(place, "*.json"))),
                split);
        return new ImportPlan(files.Count, files.Select(file => ImportItem.Of(log => Make(scope, file, split, log))));
    }

    /// <summary>The annotations in the first of these folders that has some; null where none has.</summary>
    private static string[]? FirstFiles(ImportScope scope, string[] folders, CancellationToken cancellationToken) => folders.Where(Directory.Exists)
        .Select(folder => scope.FilesOf(folder, "*.json", subfolders: false, cancellationToken).Where(file => Path.GetFileName(file) != SplitFile).ToArray())
        .FirstOrDefault(files => files.Length > 0);

    /// <summary>Of annotations that lie together, as the data set's authors lay them out, those of a split: <c>splits.json</c> lists their names.</summary>
    /// <exception cref="InvalidDataException">There is no such split.</exception>
    private static string[] OfSplit(ImportScope scope, string[] files, string split)
    {
        string path = scope.File($"The list of what is of the split '{split}'", SplitFile, "annotations/" + SplitFile);
        using JsonFileElement parsed = JsonFile.ReadWhole(path);
        JsonPlace lists = parsed.Value;

        // The authors' word for what other sets call val.
        JsonPlace list = lists.Find(split) ?? (split == "val" ? lists.Find("valid") : null)
            ?? throw new InvalidDataException($"'{SplitFile}' has no split '{split}'; it has {string.Join(", ", lists.Properties().Select(property => property.Name))}.");
        Dictionary<string, string> byName = files.ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal);
        List<string> chosen = new();
        foreach (JsonPlace name in list.Items())
        {
            if (byName.Remove(Path.GetFileNameWithoutExtension(name.Text()), out string? file))
            {
                chosen.Add(file);
            }
            else
            {
                scope.Log.LeaveOut("a picture of the split has no annotations", name.Text());
            }
        }

        chosen.Sort(StringComparer.Ordinal);
        return [.. chosen];
    }

    private static SegCapSample? Make(ImportScope scope, string path, string split, ImportLog log)
    {
        string stem = Path.GetFileNameWithoutExtension(path);
        using JsonFileElement parsed = JsonFile.ReadWhole(path);
        Node root = new(Picture, "image", Ended(parsed.Value["extra_caption"].Text()), null, null);
        Dictionary<long, Node> nodes = Tree(parsed.Value["mask_data"], root, stem, log);
        if (root.Children.Count == 0)
        {
            log.LeaveOut("a picture has no region", stem);
            return null;
        }

        Mask[] masks = nodes.Values.Select(node => node.Mask).OfType<Mask>().ToArray();
        (int width, int height) = (masks[0].Width, masks[0].Height);
        if (masks.Any(mask => mask.Width != width || mask.Height != height))
        {
            throw Fault.At(path, "mask_data", "its masks are of different sizes.");
        }

        if (nodes.Values.Any(node => !Wordings.IsPlain(node.Caption) || !Wordings.IsPlain(node.Label)))
        {
            log.LeaveOut("a caption or a label holds mark-up", stem);
            return null;
        }

        string id = $"{scope.Kind}-{split}-{stem}";
        Node[] followed = [.. nodes.Values.Where(node => node.Id != Picture && node.Children.Count >= FewestChildren)];
        if (!scope.ForEvaluation && followed.Length > 0)
        {
            scope.RandomOf(id).Shuffle(followed);
            followed = followed[..Math.Min(followed.Length, FollowUpsInTraining)];
        }

        SegCapQuestion[] questions = [Question(root, Wordings.GroundedCaption), .. followed.Select(node => Question(node, Wordings.Subtree(node.Label.ToLowerInvariant())))];
        return scope.Sample(id, scope.PictureOf(PictureName.Of(parsed.Value["image"]), log, Pictures), width, height, "panoptic", questions, split, SourceIds.Of("file", Path.GetFileName(path))) with
        {
            Regions = [.. nodes.Values.Where(node => node.Id != Picture).Select(Region)],
        };
    }

    private static SegCapQuestion Question(Node node, string instruction)
    {
        StringBuilder answer = new(node.Caption);
        foreach (Node child in node.Children)
        {
            answer.Append(' ').Append(Wordings.Grounded(Capitalized(child.Label))).Append(": ").Append(child.Caption);
        }

        return new SegCapQuestion
        {
            Instruction = instruction,
            Answer = answer.ToString(),
            Masks = [.. node.Children.Select(child => RunLengths.Of(child.Mask!))],
            Labels = [.. node.Children.Select(child => child.Label)],
            Parents = node.Id == Picture ? [] : [.. node.Children.Select(_ => node.Label)],
            Task = node.Id == Picture ? null : "part",
            Ids = SourceIds.Of("idx", node.Id),
        };
    }

    private static SegCapRegion Region(Node node) => new()
    {
        Id = node.Id.ToString(CultureInfo.InvariantCulture),
        Parent = node.Parent is null || node.Parent.Id == Picture ? null : node.Parent.Id.ToString(CultureInfo.InvariantCulture),
        Label = node.Label,
        Caption = node.Caption,
        Mask = RunLengths.Of(node.Mask!),
    };

    /// <summary>The regions by id, the picture first, without those of low quality.</summary>
    private static Dictionary<long, Node> Tree(JsonPlace data, Node root, string stem, ImportLog log)
    {
        Dictionary<long, Node> nodes = new() { [Picture] = root };
        List<(Node Node, JsonPlace Parent, bool Poor)> listed = new();
        foreach ((string _, JsonPlace entry) in data.Properties())
        {
            Node node = new(entry["idx"].Integer(), entry["label"].Text().Trim(), Ended(entry["caption"].Text()), Decode(entry["outer_mask"]), null);
            if (node.Id == Picture || !nodes.TryAdd(node.Id, node))
            {
                throw entry["idx"].Says($"the region {node.Id} is there twice, or is the picture's own number.");
            }

            listed.Add((node, entry["parent"], entry["mask_quality"].Integer() is 1 or 2));
        }

        foreach ((Node? node, JsonPlace parent, bool _) in listed)
        {
            node.Parent = nodes.GetValueOrDefault(parent.Integer()) ?? throw parent.Says($"there is no region {parent.Integer()}.");
            node.Parent.Children.Add(node);
        }

        // A region that is part of itself hangs from no picture.
        HashSet<long> reached = new();
        Queue<Node> open = new([root]);
        while (open.TryDequeue(out Node? node))
        {
            reached.Add(node.Id);
            node.Children.ForEach(open.Enqueue);
        }

        if (listed.Find(entry => !reached.Contains(entry.Node.Id)) is { Node: { } lost } unreached)
        {
            throw unreached.Parent.Says($"the region {lost.Id} is part of itself.");
        }

        foreach ((Node? node, JsonPlace _, bool poor) in listed)
        {
            if (poor || node.Mask!.IsEmpty)
            {
                log.LeaveOut("a region's mask is of low quality or empty; its children went to its parent", $"{stem}, region {node.Id}");
                node.Parent!.Children.Remove(node);
                foreach (Node child in node.Children)
                {
                    child.Parent = node.Parent;
                    node.Parent.Children.Add(child);
                }

                nodes.Remove(node.Id);
            }
            else if (node.Label.Length == 0)
            {
                node.Label = "region";
            }
        }

        return nodes;
    }

    private static Mask Decode(JsonPlace mask)
    {
        try
        {
            return MaskPng.Decode(Convert.FromBase64String(mask.Text()));
        }
        catch (FormatException exception)
        {
            throw mask.Says(exception.Message, exception);
        }
    }

    private static string Ended(string caption) => caption.Trim() is var text && text.EndsWith('.') ? text : text + ".";

    private static string Capitalized(string label) => char.ToUpperInvariant(label[0]) + label[1..].ToLowerInvariant();

    private sealed class Node(long id, string label, string caption, Mask? mask, Node? parent)
    {
        public long Id => id;

        public string Label { get; set; } = label;

        public string Caption => caption;

        public Mask? Mask => mask;

        public Node? Parent { get; set; } = parent;

        public List<Node> Children { get; } = [];
    }
}
