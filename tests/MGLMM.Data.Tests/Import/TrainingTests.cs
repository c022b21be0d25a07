using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.Import;

/// <summary>What is imported for training: the questions, answers and orders of the published readers.</summary>
public sealed class TrainingTests
{
    private static readonly string[] Answers = ["It is X.", "Sure, X.", "Sure, it is X.", "Sure, the segmentation result is X.", "X."];

    [Fact]
    public void At_most_three_sentences_of_a_picture_are_drawn_a_turn_each_in_lower_case()
    {
        (HashSet<string>? drawn, HashSet<string>? answers) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (int seed = 0; seed < 40; seed++)
        {
            SegCapSample sample = Assert.Single(Fixtures.Import("refcoco", ImportPurpose.Training, options => options with { Seed = seed }).Samples);
            Assert.Equal(3, sample.Turns.Count);
            foreach (SegCapQuestion turn in sample.Turns)
            {
                string name = turn.Expression!.ToLowerInvariant();
                drawn.Add(turn.Expression!);
                Assert.Equal($"Can you segment the {name} in this image?", turn.Instruction);
                Assert.Contains(turn.Answer.Replace($"<p> {name} </p> [SEG]", "X", StringComparison.Ordinal), Answers);
                answers.Add(turn.Answer.Replace(name, string.Empty, StringComparison.Ordinal));
            }
        }

        Assert.Equal(["Second Guy", "caf\u00e9 owner in the middle", "guy in red on the left", "left", "man left"], drawn.Order(StringComparer.Ordinal));
        Assert.Equal(Answers.Length, answers.Count);
    }

    [Fact]
    public void An_evaluation_has_every_sentence_once_as_it_stands()
    {
        (ImportReport? report, IReadOnlyList<SegCapSample>? samples) = Fixtures.Import("refcoco", ImportPurpose.Evaluation, options => options with { Split = "train" });
        SegCapSample sample = Assert.Single(samples);
        Assert.Equal(["man left", "guy in red on the left", "left", "caf\u00e9 owner in the middle", "Second Guy"], sample.Turns.Select(turn => turn.Expression));
        Assert.Contains("Can you segment the Second Guy in this image?", sample.Turns.Select(turn => turn.Instruction));
        Assert.Equal((5, 5), (report.Questions, report.Masks));
    }

    [Theory]
    [InlineData("testA", "woman")]
    [InlineData("testB", "woman")]
    public void A_split_of_two_letters_belongs_to_both(string split, string expected)
    {
        (ImportReport _, IReadOnlyList<SegCapSample>? samples) = Fixtures.Import("refcoco", ImportPurpose.Evaluation, options => options with { Split = split });
        Assert.Equal(expected, Assert.Single(samples).Expression);
    }

    [Fact]
    public void Who_split_it_can_be_chosen()
    {
        Assert.Equal("101", AnnotationOf("umd"));
        Assert.Equal("102", AnnotationOf("google"));

        static string AnnotationOf(string by) => Assert.Single(Fixtures.Import("refcocog", ImportPurpose.Evaluation, options => options with { SplitBy = by }).Samples).Source!.Ids!["ann_id"][0].GetRawText();
    }

    [Fact]
    public void An_empty_target_has_no_mask_and_says_so_out_loud()
    {
        IReadOnlyList<SegCapQuestion> turns = Assert.Single(Fixtures.Import("grefcoco", ImportPurpose.Training).Samples).Turns;
        SegCapQuestion none = Assert.Single(turns, turn => turn.Target == SegCapTarget.None);
        Assert.Equal(("Sorry, I don't see any no such thing in this image.", 0, "refer_none"), (none.Answer, none.Masks.Count, none.Task));
        SegCapQuestion other = Assert.Single(turns, turn => turn.Target is null);
        Assert.Single(other.Masks);
    }

    [Fact]
    public void Panoptic_answers_go_by_category_number_repeats_and_turn_names_round()
    {
        SegCapSample sample = Assert.Single(Fixtures.Import("coco-panoptic", ImportPurpose.Training).Samples);
        Assert.Equal("Can you segment all the objects in the image?", sample.Instruction);
        Assert.Equal(
            "Sure, the image contains <p> person-1 </p> [SEG], <p> person-2 </p> [SEG], <p> person-3 </p> [SEG], <p> car </p> [SEG], <p> tiled wall </p> [SEG] and <p> sky </p> [SEG].", sample.Answer);
    }

    [Fact]
    public void Panoptic_truth_keeps_crowds_apart_from_the_void()
    {
        SegCapSample sample = Assert.Single(Fixtures.Import("coco-panoptic", ImportPurpose.Evaluation).Samples);
        Assert.Equal(6, sample.Regions.Count);
        Assert.Equal("65537", Assert.Single(sample.Regions, region => region.Crowd).Id);
        Assert.Equal("sky-other-merged", Assert.Single(sample.Regions, region => region.Id == "3226956").Label);
    }

    [Fact]
    public void Grounded_captions_go_by_where_a_phrase_begins()
    {
        (ImportReport report, IReadOnlyList<SegCapSample> samples) = Fixtures.Import("grandf", ImportPurpose.Training);
        string[] answers =
        [
            "<p> A stone tower </p> [SEG] and \U0001F333 <p> a tree </p> [SEG] under <p> the sky </p> [SEG].",
            "<p> a tower </p> [SEG] by <p> a tree </p> [SEG]",

            // "a man in a red" overlaps "red shirt", and gives way.
            "<p> a man in a </p> [SEG] <p> red shirt </p> [SEG].",
            "<p> Two young guys </p> [SEG] near <p> a bush </p> [SEG]",
        ];
        Assert.Equal(answers, samples.Select(sample => sample.Answer));
        Assert.Contains(report.Notes, note => note.Reason.Contains("no place in its caption", StringComparison.Ordinal) && note.Places[0].Contains("a ghost", StringComparison.Ordinal));
    }

    [Fact]
    public void Mgsc_asks_about_the_root_and_about_what_a_subtree_names()
    {
        IReadOnlyList<SegCapSample> samples = Fixtures.Import("mgsc", ImportPurpose.Training).Samples;
        const string Suffix = " Please respond with interleaved segmentation masks for the corresponding parts of the answer.";
        Assert.Equal("Please provide a detailed description of all the objects present in this image in a comprehensive format." + Suffix, samples[0].Instruction);
        Assert.Equal("Can you provide a detailed description in a comprehensive format for white cup in the image." + Suffix, samples[1].Instruction);
        Assert.Equal("On <p>a wooden table</p> [SEG] stands <p>a white cup</p> [SEG].", samples[0].Answer);
        Assert.Equal(["table", "cup"], samples[0].Labels);
    }

    [Fact]
    public void A_part_is_called_one_way_or_the_other()
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int seed = 0; seed < 20; seed++)
        {
            foreach (SegCapSample? question in Fixtures.Import("pascal-part", ImportPurpose.Training, options => options with { Seed = seed }).Samples.SelectMany(sample => sample.Questions()))
            {
                names.Add(question.Expression!);
                Assert.Equal(["dog"], question.Parents);
            }
        }

        Assert.Equal(["dog ear", "dog head", "the ear of the dog", "the head of the dog"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Captions_are_samples_for_training_and_references_for_evaluation()
    {
        Assert.Equal(4, Fixtures.Import("coco-captions", ImportPurpose.Training).Samples.Count);
        IReadOnlyList<SegCapSample> evaluation = Fixtures.Import("coco-captions", ImportPurpose.Evaluation).Samples;
        Assert.Equal([3, 0], evaluation.Select(sample => sample.References.Count));
        Assert.Equal(10, Assert.Single(Fixtures.Import("nocaps", ImportPurpose.Evaluation).Samples).References.Count);
    }

    [Fact]
    public void The_files_of_the_official_mgsc_evaluation_are_read_whose_sizes_are_swapped()
    {
        (ImportReport report, IReadOnlyList<SegCapSample> samples) = Fixtures.Import("mgsc", ImportPurpose.Evaluation, options => options with { Split = "all" });
        Assert.Empty(report.LeftOut);
        Assert.Equal([(64, 48, "panoptic"), (64, 48, "part")], samples.Select(sample => (sample.Width, sample.Height, sample.Granularity!)));
        Assert.Equal("On <p> a wooden table </p> [SEG] stands <p> a white cup </p> [SEG].", samples[0].Answer);
        IReadOnlyList<SegCapSample> training = Fixtures.Import("mgsc", ImportPurpose.Training).Samples;
        Assert.Equal(training[0].Masks, samples[0].Masks, (left, right) => left.Counts == right.Counts);
        Assert.Equal((training[1].Instruction, training[1].Masks[0].Counts), (samples[1].Instruction, samples[1].Masks[0].Counts));
    }
}
