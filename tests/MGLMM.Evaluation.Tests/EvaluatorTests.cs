using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Reports;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Runtime;

namespace MGLMM.Evaluation.Tests;

/// <summary>Whole evaluations over the oracle's checkpoint, whose answers are known.</summary>
public sealed class EvaluatorTests(OracleFixture oracle) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-evaluation-").FullName;

    private string SegCap => Path.Combine(_folder, "segcap.jsonl");

    private string Predictions => Path.Combine(_folder, "predictions.jsonl");

    [Fact]
    public async Task A_model_that_says_exactly_the_truth_scores_one()
    {
        await WriteAsync(keepMasks: 3);
        EvaluationResult results = await Evaluator.RunAsync(oracle.Model, SegCap);
        Dictionary<string, double> panoptic = results.Tasks["panoptic"].Metrics.ToDictionary(metric => metric.Name, metric => metric.Value);
        foreach (string name in (string[])["miou", "ap50", "mask_recall", "giou", "ciou", "t_acc", "phrase_f1", "pq"])
        {
            Assert.True(panoptic[name] > 0.99, $"{name} is {panoptic[name]}");
        }

        Assert.Equal(1, results.Tasks["refer_none"].Metrics.Single(metric => metric.Name == "n_acc").Value);
        Assert.Equal(1, results.Tasks["follow_up"].Metrics.Single(metric => metric.Name == "t_acc").Value);
    }

    [Fact]
    public async Task Turns_of_version_2_are_questions_of_their_own_and_a_target_that_is_none_counts_as_such()
    {
        await WriteAsync(keepMasks: 3);
        JsonObject[] lines = (await File.ReadAllLinesAsync(SegCap)).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        JsonArray turns = new([.. lines[..2].Select(line => new JsonObject(((string[])["instruction", "answer", "masks", "labels"]).Select(name => KeyValuePair.Create(name, line[name]!.DeepClone()))!))]);
        turns[1]!["target"] = "none";
        JsonObject sample = new(((string[])["id", "image", "width", "height"]).Select(name => KeyValuePair.Create(name, lines[0][name]!.DeepClone()))!)
        {
            ["version"] = 2,

            // Nothing about the task says that one of its questions is about nothing.
            ["task"] = "mixed",
            ["turns"] = turns,
        };
        await File.WriteAllTextAsync(SegCap, sample.ToJsonString());
        EvaluationResult results = await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Predictions = Predictions });
        Assert.Equal((2, 1), (results.Run.Samples, results.Run.Pictures));
        Dictionary<string, double> mixed = results.Tasks["mixed"].Metrics.ToDictionary(metric => metric.Name, metric => metric.Value);
        Assert.True(mixed["miou"] > 0.99);
        Assert.Equal((1, 1), (mixed["t_acc"], mixed["n_acc"]));
        Assert.Equal(["1#1", "1#2"], (await File.ReadAllLinesAsync(Predictions)).Skip(1).Select(line => JsonNode.Parse(line)!["id"]!.GetValue<string>()).Order());
    }

    [Fact]
    public async Task Other_pictures_lower_the_scores()
    {
        await WriteAsync(keepMasks: 3);
        EvaluationResult results = await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { ShuffleImages = true, Tasks = ["panoptic"] });
        Assert.Single(results.Tasks);
        Assert.True(results.Run.Shuffled);
        Assert.True(results.Tasks["panoptic"].Metrics.Single(metric => metric.Name == "miou").Value < 0.9);
    }

    [Fact]
    public async Task An_evaluation_goes_on_from_kept_answers_and_survives_a_cut_off_line()
    {
        await WriteAsync(keepMasks: 3);
        EvaluationOptions options = new() { Predictions = Predictions };
        EvaluationResult whole = await Evaluator.RunAsync(oracle.Model, SegCap, options);
        string[] lines = await File.ReadAllLinesAsync(Predictions);
        await File.WriteAllTextAsync(Predictions, lines[0] + "\n" + lines[1] + "\n" + lines[2][..20]);

        List<EvaluationProgress> told = new();
        EvaluationResult again = await Evaluator.RunAsync(oracle.Model, SegCap, options, new Callback(told.Add));
        Assert.Equal([1, 2, 3, 4, 5], told.Select(progress => progress.Done));
        Assert.All(told, progress => Assert.Equal((1, 5), (progress.Kept, progress.Total)));
        Assert.Equal(lines, await File.ReadAllLinesAsync(Predictions));
        Assert.Equal(whole.Tasks["panoptic"].Metrics, again.Tasks["panoptic"].Metrics);
        Assert.Equal((5, 4), (whole.Run.Answered, again.Run.Answered));
    }

    [Fact]
    public async Task A_cancelled_evaluation_keeps_its_answers_and_goes_on()
    {
        await WriteAsync(keepMasks: 3);
        EvaluationOptions options = new() { Predictions = Predictions };
        using CancellationTokenSource stop = new();
        Callback stopAfterTwo = new(progress =>
        {
            if (progress.Done == 2)
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Evaluator.RunAsync(oracle.Model, SegCap, options, stopAfterTwo, stop.Token));
        Assert.Equal(1 + 2, (await File.ReadAllLinesAsync(Predictions)).Length);
        Assert.Equal(3, (await Evaluator.RunAsync(oracle.Model, SegCap, options)).Run.Answered);
    }

    [Fact]
    public async Task Several_copies_of_a_model_find_the_same()
    {
        await WriteAsync(keepMasks: 3);
        using MglmmModel copy = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { Threads = 1 });
        EvaluationResult alone = await Evaluator.RunAsync(oracle.Model, SegCap);
        EvaluationResult together = await Evaluator.RunAsync([oracle.Model, copy], SegCap);
        Assert.Equal(Scores(alone), Scores(together));

        static string Scores(EvaluationResult result)
        {
            string json = EvaluationJson.Write(result);
            return json[..json.IndexOf("\"run\"", StringComparison.Ordinal)];
        }
    }

    [Fact]
    public async Task Pictures_are_drawn_of_every_task()
    {
        await WriteAsync(keepMasks: 3);
        string sheet = Path.Combine(_folder, "sheet");
        EvaluationResult result = await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Sheet = sheet });
        Assert.Equal(["follow_up", "panoptic", "question", "refer_none"], result.Examples.Select(example => example.Task).Distinct().Order());
        Assert.All(result.Examples, example => Assert.True(ImageDecoder.DecodeFile(example.Picture).Width > 100));
        Assert.Equal(result.Examples.Count, Directory.GetFiles(sheet).Length);
    }

    /// <summary>What pycocotools' COCO (createIndex, loadRes) and COCOeval take for granted.</summary>
    [Fact]
    public async Task Coco_files_are_as_pycocotools_loads_them()
    {
        await WriteAsync(keepMasks: 3);
        string folder = Path.Combine(_folder, "coco");
        await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Coco = folder });
        using JsonDocument truth = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "annotations.json")));
        using JsonDocument results = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "results.json")));
        Dictionary<int, JsonElement> images = truth.RootElement.GetProperty("images").EnumerateArray().ToDictionary(image => image.GetProperty("id").GetInt32());
        Dictionary<int, JsonElement> categories = truth.RootElement.GetProperty("categories").EnumerateArray().ToDictionary(category => category.GetProperty("id").GetInt32());
        JsonElement[] annotations = truth.RootElement.GetProperty("annotations").EnumerateArray().ToArray();
        Assert.Equal(JsonValueKind.Object, truth.RootElement.GetProperty("info").ValueKind);
        Assert.Equal(["1", "2", "3", "4"], images.Values.Select(image => image.GetProperty("sample").GetString()));
        Assert.Equal(3 + 3 + 2, annotations.Select(annotation => annotation.GetProperty("id").GetInt32()).Where(id => id > 0).Distinct().Count());
        Assert.All(annotations, annotation =>
        {
            Mask mask = Check(annotation);
            int[] box = annotation.GetProperty("bbox").EnumerateArray().Select(value => value.GetInt32()).ToArray();
            Assert.Equal([mask.Box.Left, mask.Box.Top, mask.Box.Width, mask.Box.Height], box);
            Assert.Equal((mask.Area, 0), (annotation.GetProperty("area").GetInt64(), annotation.GetProperty("iscrowd").GetInt32()));
        });
        Assert.Equal("object", Assert.Single(categories).Value.GetProperty("name").GetString());
        Assert.Equal("barn", annotations[0].GetProperty("label").GetString());

        Assert.Equal(JsonValueKind.Array, results.RootElement.ValueKind);
        Assert.NotEmpty(results.RootElement.EnumerateArray());
        Assert.All(results.RootElement.EnumerateArray(), result =>
        {
            Check(result);
            Assert.Equal(1, result.GetProperty("score").GetDouble());

            // With boxes, loadRes would take their areas for the masks'.
            Assert.False(result.TryGetProperty("bbox", out _));
        });

        using JsonDocument captions = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "caption_annotations.json")));
        using JsonDocument said = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "caption_results.json")));
        Assert.Equal([1, 2], captions.RootElement.GetProperty("annotations").EnumerateArray().Select(annotation => annotation.GetProperty("id").GetInt32()));
        Assert.Equal([1, 2], said.RootElement.EnumerateArray().Select(annotation => annotation.GetProperty("image_id").GetInt32()));
        Assert.DoesNotContain("[SEG]", said.RootElement.GetRawText(), StringComparison.Ordinal);

        Mask Check(JsonElement annotation)
        {
            JsonElement image = images[annotation.GetProperty("image_id").GetInt32()];
            Assert.Contains(annotation.GetProperty("category_id").GetInt32(), categories.Keys);
            JsonElement segmentation = annotation.GetProperty("segmentation");
            (int height, int width) = (image.GetProperty("height").GetInt32(), image.GetProperty("width").GetInt32());
            Assert.Equal([height, width], segmentation.GetProperty("size").EnumerateArray().Select(value => value.GetInt32()));

            // Decoding checks the characters and that the counts sum to width times height.
            return CocoRle.Decode(segmentation.GetProperty("counts").GetString()!, width, height);
        }
    }

    /// <summary>COCOeval takes <c>iscrowd</c> out of what counts, and COCO's caption evaluation all annotations of an image for references.</summary>
    [Theory]
    [InlineData(EvaluationProtocol.Own, true)]
    [InlineData(EvaluationProtocol.Coco, true)]
    [InlineData(EvaluationProtocol.Mglmm, false)]
    public async Task Coco_files_have_crowds_where_they_do_not_count_and_all_references(EvaluationProtocol protocol, bool hasCrowds)
    {
        await WriteAsync(keepMasks: 3);
        JsonObject[] samples = (await File.ReadAllLinesAsync(SegCap)).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        JsonObject crowded = samples[0];
        (Mask crowd, Mask nothing) = (Mask.FromRectangle(97, 61, new PixelBox(0, 0, 10, 10)), Mask.FromRectangle(97, 61, new PixelBox(90, 0, 97, 10)));
        (crowded["version"], crowded["ignore"]) = (2, JsonSerializer.SerializeToNode(Rle(crowd.Union(nothing))));
        crowded["references"] = new JsonArray("One.", crowded["answer"]!.GetValue<string>());
        crowded["regions"] = new JsonArray(new JsonObject { ["id"] = "1", ["label"] = "ducks", ["mask"] = JsonSerializer.SerializeToNode(Rle(crowd)), ["crowd"] = true });
        await File.WriteAllLinesAsync(SegCap, [crowded.ToJsonString(), samples[2].ToJsonString()]);
        string folder = Path.Combine(_folder, "coco");
        await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Coco = folder, Protocol = protocol });

        using JsonDocument truth = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "annotations.json")));
        JsonElement[] annotations = [.. truth.RootElement.GetProperty("annotations").EnumerateArray()];
        Assert.Equal(Enumerable.Range(1, annotations.Length), annotations.Select(annotation => annotation.GetProperty("id").GetInt32()));
        Assert.Equal(
            hasCrowds ? [(1, "ducks", 100L), (1, null, 70L)] : Array.Empty<(int, string?, long)>(),
            annotations.Where(annotation => annotation.GetProperty("iscrowd").GetInt32() == 1).Select(annotation => (annotation.GetProperty("image_id").GetInt32(), annotation.GetProperty("label").GetString(), annotation.GetProperty("area").GetInt64())));

        using JsonDocument captions = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "caption_annotations.json")));
        JsonElement[] references = [.. captions.RootElement.GetProperty("annotations").EnumerateArray()];
        Assert.Equal([(1, 1), (2, 1), (3, 2)], references.Select(reference => (reference.GetProperty("id").GetInt32(), reference.GetProperty("image_id").GetInt32())));
        Assert.Equal("One.", references[0].GetProperty("caption").GetString());
    }

    [Fact]
    public async Task Kept_answers_are_those_that_their_files_hold_and_more_may_come()
    {
        await WriteAsync(keepMasks: 3);
        await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Official = _folder });
        EvaluationOptions options = new() { Answers = Path.Combine(_folder, "answers"), Predictions = Predictions };

        // First one of two answers while the other is not there yet; then both, beside a file that is none.
        string later = Path.Combine(options.Answers, "3.json");
        byte[] content = await File.ReadAllBytesAsync(later);
        File.Delete(later);
        EvaluationResult first = await Evaluator.ScoreAsync(SegCap, new EvaluationOptions { Answers = options.Answers, Predictions = Predictions, SamplesPerTask = 1 });
        Assert.Equal(1, first.Run.Samples);
        await File.WriteAllBytesAsync(later, content);
        await File.WriteAllTextAsync(Path.Combine(options.Answers, "scores.json"), "{}");
        for (int run = 0; run < 2; run++)
        {
            Assert.Equal(2, (await Evaluator.ScoreAsync(SegCap, options)).Run.Samples);
            Assert.Equal(3, (await File.ReadAllLinesAsync(Predictions)).Length);
        }

        await File.WriteAllTextAsync(later, (await File.ReadAllTextAsync(later)).Replace("\"caption\":\"", "\"caption\":\"Now ", StringComparison.Ordinal));
        InvalidDataException changed = await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.ScoreAsync(SegCap, options));
        Assert.Contains("sample '3'", changed.Message, StringComparison.Ordinal);
        Assert.Contains("Name another file", changed.Message, StringComparison.Ordinal);

        // None of them is the model's own, whoever is named as having given them.
        string own = Path.Combine(_folder, "own.jsonl");
        await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Answers = options.Answers, Predictions = own });
        await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Predictions = own }));
    }

    [Fact]
    public async Task A_folder_of_answers_needs_descriptions()
    {
        await WriteAsync(keepMasks: 3);
        EvaluationOptions options = new() { Answers = Directory.CreateDirectory(Path.Combine(_folder, "answers")).FullName };
        string[] lines = await File.ReadAllLinesAsync(SegCap);
        await File.WriteAllTextAsync(SegCap, lines[1]);
        InvalidDataException none = await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.ScoreAsync(SegCap, options));
        Assert.Contains("'segcap.jsonl' has no descriptions with masks", none.Message, StringComparison.Ordinal);
    }

    /// <summary>What is missing can be added: nothing was kept yet.</summary>
    [Fact]
    public async Task A_missing_answer_is_told_before_anything_is_kept()
    {
        await WriteAsync(keepMasks: 3);
        string answers = Directory.CreateDirectory(Path.Combine(_folder, "answers")).FullName;
        await Assert.ThrowsAsync<FileNotFoundException>(() => Evaluator.ScoreAsync(SegCap, new EvaluationOptions { Answers = answers, Predictions = Predictions }));
        Assert.False(File.Exists(Predictions));
    }

    [Fact]
    public async Task Tasks_that_the_file_lacks_are_named()
    {
        await WriteAsync(keepMasks: 3);
        InvalidDataException exception = await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Tasks = ["panoptik"] }));
        Assert.Contains("panoptic", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_may_be_left_out()
    {
        await WriteAsync(keepMasks: 3);
        string? question = oracle.Case("extra__noseg").GetProperty("question").GetString();
        await File.WriteAllTextAsync(SegCap, JsonSerializer.Serialize(new { id = "a", image = "landscape_97x61.png", width = 97, height = 61, task = "refer_none", instruction = question, answer = "There is no dog." }));
        Assert.Equal(1, (await Evaluator.RunAsync(oracle.Model, SegCap)).Tasks["refer_none"].Metrics.Single(metric => metric.Name == "n_acc").Value);
    }

    /// <summary>The picture's name is the same, its content is not.</summary>
    [Fact]
    public async Task Answers_about_another_content_are_refused()
    {
        await WriteAsync(keepMasks: 3);
        EvaluationOptions options = new() { Predictions = Predictions, Tasks = ["refer_none"] };
        await Evaluator.RunAsync(oracle.Model, SegCap, options);
        await File.AppendAllBytesAsync(Path.Combine(_folder, "landscape_97x61.png"), [0]);
        InvalidDataException exception = await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.RunAsync(oracle.Model, SegCap, options));
        Assert.Contains("another picture", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("region", "[0,0,50,50]")]
    [InlineData("history", """[{"instruction":"What is it?","answer":"A barn."}]""")]
    public async Task Answers_about_another_region_or_in_another_conversation_are_refused(string name, string value)
    {
        await WriteAsync(keepMasks: 3);
        EvaluationOptions options = new() { Predictions = Predictions, Tasks = ["refer_none"] };
        await Evaluator.RunAsync(oracle.Model, SegCap, options);
        JsonObject[] samples = (await File.ReadAllLinesAsync(SegCap)).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        samples[1][name] = JsonNode.Parse(value);
        await File.WriteAllLinesAsync(SegCap, samples.Select(sample => sample.ToJsonString()));
        InvalidDataException exception = await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.RunAsync(oracle.Model, SegCap, options));
        Assert.Contains("Line 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_a_task_is_weighed_by_all_of_its_truths()
    {
        await WriteAsync(keepMasks: 3);
        JsonObject[] samples = (await File.ReadAllLinesAsync(SegCap)).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        JsonObject other = JsonNode.Parse(samples[2].ToJsonString())!.AsObject();
        (other["id"], other["answer"]) = ("6", "One <p> boat </p> [SEG] , <p> a lake </p> [SEG] and <p> fog </p> [SEG] .");
        await File.WriteAllLinesAsync(SegCap, [samples[0].ToJsonString(), other.ToJsonString()]);
        EvaluationResult result = await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { SamplesPerTask = 1 });
        Assert.Equal(10, result.Tasks["panoptic"].Metrics.Single(metric => metric.Name == "cider").Value, 6);
    }

    [Fact]
    public async Task A_missing_picture_is_named_before_anything_is_asked()
    {
        await WriteAsync(keepMasks: 3);
        File.Delete(Path.Combine(_folder, "square_163x163.png"));
        FileNotFoundException exception = await Assert.ThrowsAsync<FileNotFoundException>(() => Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Predictions = Predictions }));
        Assert.Contains("square_163x163.png' of sample '5'", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Predictions));
    }

    /// <summary>Sizes of the file that was labelled, and not of what is shown, or of another picture: told before the pictures in front of it are asked about.</summary>
    [Fact]
    public async Task A_picture_of_another_size_is_named_before_anything_is_asked()
    {
        await WriteAsync(keepMasks: 3);
        File.Copy(OracleData.Image("landscape_97x61.png"), Path.Combine(_folder, "square_163x163.png"), overwrite: true);
        InvalidDataException exception = await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Predictions = Predictions }));
        Assert.Contains("sample '5' is 97x61 instead of 163x163", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Predictions));
    }

    [Fact]
    public async Task A_damaged_picture_is_named_with_its_sample()
    {
        await WriteAsync(keepMasks: 3);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "square_163x163.png"), []);
        InvalidDataException exception = await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.RunAsync(oracle.Model, SegCap));
        Assert.Contains("Sample '5' about 'square_163x163.png'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"masks":[{"size":[97,61],"counts":"PX1"}],"labels":["cat"]}""", "[height, width] is [61, 97]")]
    [InlineData("""{"masks":[{"size":[61,97],"counts":"PX"}],"labels":["cat"]}""", "damaged")]
    [InlineData("""{"masks":[null],"labels":["cat"]}""", "no nulls")]
    [InlineData("""{"masks":[],"labels":["cat"]}""", "0 masks and 1 labels")]
    [InlineData("""{"region":[0,0,97]}""", "[0, 0, 97]")]
    [InlineData("""{"region":[90,0,10,10]}""", "[90, 0, 10, 10]")]
    public async Task A_faulty_sample_is_named_before_anything_is_asked(string fault, string expected)
    {
        JsonObject sample = JsonNode.Parse("""{"id":"x","image":"none.png","width":97,"height":61,"task":"refer_one","instruction":"?","answer":"!"}""")!.AsObject();
        foreach ((string? name, JsonNode? value) in JsonNode.Parse(fault)!.AsObject())
        {
            sample[name] = value?.DeepClone();
        }

        await File.WriteAllTextAsync(SegCap, sample.ToJsonString());
        InvalidDataException exception = await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.RunAsync(oracle.Model, SegCap));
        Assert.Contains("Line 1 of 'segcap.jsonl', sample 'x'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>loadRes takes the first result's keys, so that an empty list fails; a file of an earlier run would be taken for this one's.</summary>
    [Fact]
    public async Task Without_any_mask_there_is_no_results_file()
    {
        await WriteAsync(keepMasks: 3);
        string folder = Path.Combine(_folder, "coco");
        await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Coco = folder });
        Assert.True(File.Exists(Path.Combine(folder, "results.json")));
        await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Coco = folder, Tasks = ["refer_none"] });
        Assert.Equal(["annotations.json"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    /// <summary>Whoever names the folder of a data set, of answers or of pictures for what is to be written loses nothing.</summary>
    [Theory]
    [InlineData("coco/annotations.json")]
    [InlineData("coco/results.json")]
    [InlineData("coco/caption_annotations.json")]
    [InlineData("coco/caption_results.json")]
    [InlineData("official/all_mgsc_mask_gt.json")]
    [InlineData("official/answers/1.json")]
    [InlineData("sheet/panoptic-median.png")]
    public async Task Files_that_no_evaluation_wrote_are_left_alone_and_nothing_is_asked(string file)
    {
        await WriteAsync(keepMasks: 3);
        string own = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(own)!);
        await File.WriteAllTextAsync(own, """{"info":{"description":"My own."}}""");
        EvaluationOptions options = new() { Predictions = Predictions, Coco = Path.Combine(_folder, "coco"), Official = Path.Combine(_folder, "official"), Sheet = Path.Combine(_folder, "sheet") };
        ArgumentException fault = await Assert.ThrowsAsync<ArgumentException>(() => Evaluator.RunAsync(oracle.Model, SegCap, options));
        Assert.Contains("is not replaced", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Predictions));
        Assert.Equal("""{"info":{"description":"My own."}}""", await File.ReadAllTextAsync(own));
    }

    [Fact]
    public async Task Files_of_an_earlier_evaluation_are_replaced()
    {
        await WriteAsync(keepMasks: 3);
        string output = Path.Combine(_folder, "output");
        EvaluationOptions options = new() { Predictions = Predictions, Coco = output, Official = output, Sheet = output };
        await Evaluator.RunAsync(oracle.Model, SegCap, options);
        Dictionary<string, byte[]> first = Directory.GetFiles(output, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);
        await Evaluator.RunAsync(oracle.Model, SegCap, options);
        Assert.All(first, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    /// <summary>They would be scored and then replaced by themselves, in other words.</summary>
    [Fact]
    public async Task Answers_that_are_scored_are_not_replaced()
    {
        await WriteAsync(keepMasks: 3);
        await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Official = _folder });
        ArgumentException fault = await Assert.ThrowsAsync<ArgumentException>(() => Evaluator.ScoreAsync(SegCap, new EvaluationOptions { Answers = Path.Combine(_folder, "answers") + "/", Official = _folder }));
        Assert.Contains("the folder of the answers that are scored", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_may_be_called_what_no_file_can()
    {
        await WriteAsync(keepMasks: 3);
        JsonObject[] lines = (await File.ReadAllLinesAsync(SegCap)).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        (lines[0]["task"], lines[2]["task"]) = ("../a/b", "___a b");
        await File.WriteAllLinesAsync(SegCap, [lines[0].ToJsonString(), lines[2].ToJsonString()]);
        string sheet = Path.Combine(_folder, "pictures", "sheet");
        EvaluationResult result = await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { Sheet = sheet });
        Assert.Equal(["___a b: ___a_b-2-best.png", "../a/b: ___a_b-best.png"], result.Examples.Select(example => $"{example.Task}: {Path.GetRelativePath(sheet, example.Picture)}").OrderDescending(StringComparer.Ordinal));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder, "pictures"), "*", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [InlineData("{", "Line 1")]
    [InlineData("{\"id\":\"a\"}", "Line 1")]
    [InlineData("", "no samples")]
    public async Task A_damaged_file_names_its_line(string content, string expected)
    {
        await File.WriteAllTextAsync(SegCap, content);
        Assert.Contains(expected, (await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.RunAsync(oracle.Model, SegCap))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Samples whose truth is what the official code answered.</summary>
    private async Task WriteAsync(int keepMasks)
    {
        foreach (string picture in (string[])["landscape_97x61.png", "square_163x163.png"])
        {
            File.Copy(OracleData.Image(picture), Path.Combine(_folder, picture), overwrite: true);
        }

        JsonElement gcg = oracle.Case("landscape_97x61__gcg");
        byte[] golden = NpzFile.Load(OracleData.Golden("landscape_97x61__gcg.npz"))["masks"].Bytes.ToArray();
        object[] masks = Enumerable.Range(0, keepMasks).Select(index => Rle(golden.AsSpan(index * 61 * 97, 61 * 97), 97, 61)).ToArray();
        byte[] follow = NpzFile.Load(OracleData.Golden("landscape_97x61__followup.npz"))["masks"].Bytes.ToArray();
        object[] samples =
        [
            Sample("1", "panoptic", "landscape_97x61.png", gcg, masks, ["barn", "pond", "sky"], []),
            Sample("2", "refer_none", "landscape_97x61.png", oracle.Case("extra__noseg"), [], [], []),
            Sample("3", "panoptic", "landscape_97x61.png", gcg, masks, ["barn", "pond", "sky"], []),
            Sample(
                "4",
                "follow_up",
                "landscape_97x61.png",
                oracle.Case("landscape_97x61__followup"),
                [Rle(follow.AsSpan(3 * 61 * 97, 61 * 97), 97, 61), Rle(follow.AsSpan(4 * 61 * 97, 61 * 97), 97, 61)],
                ["pond", "sky"],
                [new { instruction = gcg.GetProperty("question").GetString(), answer = gcg.GetProperty("text_output").GetString()!.Replace("</s>", string.Empty, StringComparison.Ordinal) }]),
            Sample("5", "question", "square_163x163.png", oracle.Case("square_163x163__referring"), [], [], [], 163, 163),
        ];
        await File.WriteAllLinesAsync(SegCap, samples.Select(sample => JsonSerializer.Serialize(sample)));
    }

    private static object Sample(string id, string task, string image, JsonElement truth, object[] masks, string[] labels, object[] history, int width = 97, int height = 61) => new
    {
        id,
        image,
        width,
        height,
        task,
        instruction = truth.GetProperty("question").GetString(),
        answer = truth.GetProperty("text_output").GetString()!.Replace("</s>", string.Empty, StringComparison.Ordinal),
        masks,
        labels,
        history,
    };

    private static object Rle(ReadOnlySpan<byte> bitmap, int width, int height) => Rle(Mask.FromBitmap(bitmap, width, height));

    private static object Rle(Mask mask) => new { size = new[] { mask.Height, mask.Width }, counts = CocoRle.Encode(mask) };

    private sealed class Callback(Action<EvaluationProgress> action) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => action(value);
    }
}
