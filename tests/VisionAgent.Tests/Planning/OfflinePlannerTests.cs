using System.Text.Json;
using MGLMM.Samples.VisionAgent.Chat;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.Samples.VisionAgent.Tests.Planning;

/// <summary>The planner in Semantic Kernel's loop, over functions that answer from a small world: what is called, and what is said.</summary>
public sealed class OfflinePlannerTests
{
    [Fact]
    public async Task A_request_of_three_steps_becomes_a_chain_of_calls()
    {
        World world = new();
        string said = await world.AskAsync("Describe the scene, then the parts of the house, and outline the largest tree.");
        Assert.Equal(
            [
                "segment_and_caption image=img1 granularity=panoptic",
                "render_image image=img1 regions=s1 style=overlay",
                "select_regions set=s1 label=house order_by=largest",
                "segment_and_caption image=img1 granularity=part within=m2",
                "render_image image=img1 regions=s3 style=overlay",
                "segment_and_caption image=img1 granularity=instance",
                "refer image=img1 expression=all trees",
                "select_regions set=s4 label=tree",
                "get_regions set=m3, m4 fields=phrase, area_px, area_fraction, box_xyxy_px, centroid_xy_px",
                "render_image image=img1 regions=m3 style=outline",
            ],
            world.Calls);
        Assert.Contains("blue sky [m1]", said);
        Assert.Contains("a roof [m8]", said);
        Assert.Contains("I outlined a big tree [m3] (of 2 the largest: a big tree [m3] 600 px, a small tree [m4] 100 px): a3-outline.png [a3].", said);
    }

    [Theory]
    [InlineData("How many trees are there?", "The model sees 2 trees: a big tree [m3] and a small tree [m4].", "segment_and_caption refer select_regions")]
    [InlineData("How many trees can you see?", "The model sees 2 trees: a big tree [m3] and a small tree [m4].", "segment_and_caption refer select_regions")]
    [InlineData("What can you see in the picture?", "blue sky [m1]", "segment_and_caption render_image")]
    [InlineData("What can you see?", "blue sky [m1]", "segment_and_caption render_image")]
    [InlineData("Can you outline the largest tree?", "I outlined a big tree [m3] (of 2 the largest: a big tree [m3] 600 px, a small tree [m4] 100 px)", "segment_and_caption refer select_regions get_regions render_image")]
    [InlineData("Which tree is the largest?", "A big tree [m3] is the largest, of 2: a big tree [m3] 600 px, a small tree [m4] 100 px.", "segment_and_caption refer select_regions get_regions")]
    [InlineData("Which tree is nearest to the house?", "A big tree [m3] is the nearest to a house [m2], of 2: a big tree [m3] 12.5 px away, a small tree [m4] 12.5 px away.", "segment_and_caption refer select_regions select_regions compare_regions compare_regions")]
    [InlineData("Which big tree is the topmost?", "A big tree [m3] is the only big tree that the model sees.", "segment_and_caption refer select_regions get_regions")]
    [InlineData("Which one is the largest?", "A house [m2] is the largest, of 3", "segment_and_caption segment_and_caption get_regions")]
    [InlineData("Outline the third tree from the left", "There are only 2: a big tree [m3] and a small tree [m4].", "segment_and_caption refer select_regions get_regions")]
    [InlineData("Outline all sheep", "I outlined 20 regions [s20]", "segment_and_caption refer select_regions render_image")]
    [InlineData("How many sheep are there?", "The model sees 20 sheep [s20].", "segment_and_caption refer select_regions")]
    [InlineData("How many dogs are there?", "The model sees no dog in the picture.", "segment_and_caption refer select_regions segment_and_caption")]
    [InlineData("Is there a dog?", "No. The model sees no dog in the picture.", "segment_and_caption refer select_regions segment_and_caption")]
    [InlineData("Where is the house?", "I found a house [m2].", "refer render_image")]
    [InlineData("What could keep you dry?", "The house [m2], because it has a roof.", "reason_segment render_image")]
    [InlineData("What colour is the sky?", "By the model's name for it: blue sky [m1].", "refer segment_and_caption refer select_regions segment_and_caption")]
    [InlineData("Is the house left of the tree?", "A house [m2] is left of a big tree [m3]; 12.5 px lie between them.", "refer refer compare_regions")]
    [InlineData("Show the house without the tree", "I found a region [m9].", "refer refer combine_regions render_image")]
    [InlineData("Remove the house", "What is left is", "refer combine_regions render_image")]
    [InlineData("Combine the house and the tree", "Together they are", "refer refer combine_regions render_image")]
    [InlineData("Export the house as svg", "I exported a house [m2] as svg: a1-svg", "refer export_regions")]
    [InlineData("Blur everything but the house", "I blurred everything but a house [m2]", "refer render_image")]
    [InlineData("Describe the house", "A house [m2]: It is a house.", "refer caption")]
    [InlineData("Number m2 and m3", "I numbered", "render_image")]
    [InlineData("Put a number on each tree", "I numbered a big tree [m3] and a small tree [m4]", "segment_and_caption refer select_regions render_image")]
    [InlineData("Draw a line around the house", "I outlined a house [m2]", "refer render_image")]
    [InlineData("Outline the house and the tree", "I outlined a house [m2] and a big tree [m3]", "refer refer render_image")]
    [InlineData("Export the masks of the trees as svg", "I exported a big tree [m3] and a small tree [m4] as svg", "segment_and_caption refer select_regions export_regions")]
    [InlineData("Are there more trees than houses?", "Yes: the model sees 2 trees (a big tree [m3] and a small tree [m4]) and one house (a house [m2]).", "segment_and_caption refer select_regions refer select_regions")]
    [InlineData("Are there fewer trees than houses?", "No: the model sees 2 trees", "segment_and_caption refer select_regions refer select_regions")]
    [InlineData("Are there more trees than dogs?", "Yes: the model sees 2 trees", "segment_and_caption refer select_regions refer select_regions segment_and_caption")]
    [InlineData("Is the house right of the tree?", "No. A house [m2] is left of a big tree [m3]", "refer refer compare_regions")]
    [InlineData("What is left of the house?", "A big tree [m3] and a small tree [m4] are left of a house [m2].", "refer segment_and_caption segment_and_caption compare_regions compare_regions render_image")]
    [InlineData("Is there anything above the house?", "Nothing that the model names is above a house [m2]. Nearest to it is a big tree [m3], 12.5 px away.", "refer segment_and_caption segment_and_caption compare_regions compare_regions get_regions")]
    [InlineData("How many roofs does the house have?", "Among the parts of a house [m2] the model names 1: a roof [m8].", "refer segment_and_caption")]
    [InlineData("Outline all roofs", "I outlined a roof [m8]", "segment_and_caption segment_and_caption segment_and_caption segment_and_caption segment_and_caption render_image")]
    [InlineData("Remove everything but the house", "What is left is a house [m2].", "refer render_image")]
    [InlineData("How many trees are there and what colour are they?", "Of a big tree [m3] the vision model answers: It is blue.", "segment_and_caption refer select_regions ask ask")]
    [InlineData("Outline the tree on the left", "I outlined a big tree [m3]", "segment_and_caption refer select_regions get_regions render_image")]
    [InlineData("Is there a house?", "Yes. I found a house [m2].", "segment_and_caption refer select_regions render_image")]
    [InlineData("What is next to the house?", "A big tree [m3], 12.5 px away, is the nearest to a house [m2]; then a small tree [m4], 12.5 px away.", "refer segment_and_caption segment_and_caption compare_regions compare_regions render_image")]
    [InlineData("Outline the house and label it", "I marked ", "refer render_image render_image")]
    [InlineData("Is there a couch?", "I find no couch, but the model's answer does not speak of one, so it may not know the word.", "segment_and_caption refer select_regions segment_and_caption")]
    [InlineData("Sing a song", "I cannot plan \"Sing a song\".", "")]
    [InlineData("What can you do?", "- How many trees are there?", "")]
    [InlineData("Crop it", "I do not know what \"it\" is", "")]
    public async Task Requests_become_the_calls_that_answer_them(string request, string answer, string calls)
    {
        World world = new();
        string said = await world.AskAsync(request);
        Assert.Equal(calls, string.Join(' ', world.Calls.Select(call => call[..call.IndexOf(' ')])));
        Assert.Contains(answer, said);
    }

    [Fact]
    public async Task Later_requests_know_what_earlier_ones_found()
    {
        World world = new();
        await world.AskAsync("How many trees are there?");
        world.Calls.Clear();
        Assert.Contains("I cut out a big tree [m3] and a small tree [m4]", await world.AskAsync("Cut them out."));
        Assert.Equal(["render_image image=img1 regions=m3, m4 style=cutout"], world.Calls);
    }

    [Fact]
    public async Task Two_things_are_looked_for_at_once()
    {
        World world = new();
        await world.AskAsync("Compare the house and the tree");
        IEnumerable<string> steps = world.History.SelectMany(message => message.Items).Select(item => item switch { FunctionCallContent => "call", FunctionResultContent => "result", _ => "text" });
        Assert.Equal("text text call call result result call result text", string.Join(' ', steps));
    }

    [Fact]
    public async Task An_error_is_told_and_not_tried_again()
    {
        World world = new() { Broken = string.Empty };
        string said = await world.AskAsync("Where is the house?");
        Assert.Contains("The model is busy. Call again in 3 s.", said);
        Assert.Single(world.Calls);
    }

    [Theory]
    [InlineData("How many elephants are there?")]
    [InlineData("Where is the elephant?")]
    [InlineData("Are there more elephants than trees?")]
    public async Task A_word_that_the_model_does_not_know_is_not_told_as_absence(string request)
    {
        string said = await new World { UnknownWord = "elephant" }.AskAsync(request);
        Assert.Contains("The model does not know the word \"elephant\", so it cannot say whether there is one in the picture.", said);
        Assert.DoesNotContain("sees no", said);
        Assert.DoesNotContain("No:", said);
    }

    [Theory]
    [InlineData("Is the boy asleep?")]
    [InlineData("What could the boy row?")]
    public async Task An_answer_about_another_thing_than_was_asked_for_is_no_answer(string request)
    {
        string said = await new World { Instead = ("boy", "boat") }.AskAsync(request);
        Assert.Equal("I have no answer to that: the vision model was asked about boy and answers about boat.", said);
    }

    [Theory]
    [InlineData("Is there a dog?")]
    [InlineData("Are there any dogs?")]
    [InlineData("Outline all dogs")]
    public async Task What_the_model_marks_only_when_asked_is_told_as_doubtful(string request)
    {
        string said = await new World { Twice = true }.AskAsync(request);
        Assert.Contains("The model names no dog among the objects of the picture; asked for dogs, it marks", said);
        Assert.DoesNotContain("I found", said);
    }

    [Fact]
    public async Task One_thing_that_was_found_twice_is_counted_once()
    {
        string said = await new World { Twice = true }.AskAsync("How many dogs are there?");
        Assert.Contains("it marks a dog [m11], which may be something else", said);
        Assert.DoesNotContain("m12", said);
    }

    [Theory]
    [InlineData("How many trees are there?")]
    [InlineData("Outline the largest tree")]
    [InlineData("Outline the tree nearest to the house")]
    public async Task A_failure_is_not_told_as_absence(string request)
    {
        World world = new() { Broken = string.Empty };
        string said = await world.AskAsync(request);
        Assert.Contains("The model is busy. Call again in 3 s.", said);
        Assert.DoesNotContain("There is no", said);
        Assert.Single(world.Calls);
    }

    /// <summary>What a model says that is no answer of the kind that was asked for is told as that.</summary>
    [Theory]
    [InlineData("Is the house old?", "It is a house.", "I have no answer to that: the vision model says neither yes nor no. It says: It is a house.")]
    [InlineData("What colour is the house?", "It is a house.", "I have no answer to that: the vision model names no colour. It says: It is a house.")]
    [InlineData("What is the airplane carrying?", "It is the yellow airplane [m1].", "I have no answer to that: the vision model only names the airplane itself. It says: It is the yellow airplane [m1].")]
    [InlineData("What season is it?", "A garden with a house, a tree, a dog and a cat.", "The model's description says nothing of that: A garden with a house, a tree, a dog and a cat.")]
    [InlineData("Is the house old?", "Yes, it is.", "The vision model answers: Yes, it is.")]
    [InlineData("Is it a house or a tree?", "It is a house.", "The vision model answers: It is a house.")]
    public async Task An_answer_of_another_kind_than_was_asked_for_is_no_answer(string request, string answer, string said) =>
        Assert.Equal(said, await new World { Answers = answer }.AskAsync(request));

    /// <summary>What is picked by what the model names and by what is measured: (10, 10) to (50, 30) is the house, the trees lie right of it.</summary>
    [Theory]
    [InlineData("How much of the picture is the house?", "A house [m2] covers 10 % of the picture (800 px).")]
    [InlineData("List everything from the largest to the smallest", "From the largest to the smallest: blue sky [m1] (4000 px), a house [m2] (800 px), a big tree [m3] (600 px), a small tree [m4] (100 px).")]
    [InlineData("Sort the trees by size", "From the largest to the smallest: a big tree [m3] (600 px), a small tree [m4] (100 px).")]
    [InlineData("Which is the tallest tree?", "A big tree [m3] is the tallest, of 2: a big tree [m3] 50 px tall, a small tree [m4] 10 px tall.")]
    [InlineData("Which tree is shorter?", "A small tree [m4] is the shortest, of 2: a small tree [m4] 10 px tall, a big tree [m3] 50 px tall.")]
    [InlineData("Where is the house?", "I found a house [m2] on the left of the picture.")]
    [InlineData("Is the house on the right?", "No: a house [m2] is on the left of the picture.")]
    [InlineData("What is on the right?", "On the right: a small tree [m4].")]
    [InlineData("What is blue?", "Blue by the model's names: blue sky [m1], a house [m2], a big tree [m3] and a small tree [m4].")]
    [InlineData("Is anything red? Mark everything red", "The model calls nothing in the picture red; it names blue sky [m1], a house [m2], a big tree [m3] and a small tree [m4].")]
    [InlineData("Which house has a roof?", "A house [m2]: the model names roof among the parts.")]
    [InlineData("Which is the largest: the house or the tree?", "A house [m2] is the largest: a house [m2] 800 px, a big tree [m3] 600 px.")]
    [InlineData("How many trees are on the right?", "The model sees one tree on the right: a small tree [m4].")]
    [InlineData("Are there at least two trees?", "Yes: the model sees 2: a big tree [m3] and a small tree [m4].")]
    [InlineData("Are there three trees?", "No: the model sees 2: a big tree [m3] and a small tree [m4].")]
    [InlineData("Is there a house, and how much?", "A house [m2] covers 10 % of the picture (800 px).")]
    [InlineData("What are the coordinates of the house?", "A house [m2]: from x 10, y 10 to x 50, y 30; 40 px wide, 20 px tall, middle at x 30, y 50; 800 px, 10 % of the picture.")]
    public async Task What_is_measured_decides(string request, string said) => Assert.Contains(said, await new World { Measured = true }.AskAsync(request));

    /// <summary>What stands behind a noun is checked on names and masks; of what fits nothing, what there is instead is told.</summary>
    [Theory]
    [InlineData("Find the tree that is not on the right", "I found a big tree [m3].")]
    [InlineData("Are there trees on the right?", "Yes. I found a small tree [m4].")]
    [InlineData("Is there a tree with a roof?", "Yes: a big tree [m3] and a small tree [m4]: the model names roof among the parts.")]
    [InlineData("Is there a tree with a window?", "No. The model names no window among the parts of a big tree [m3] and a small tree [m4].")]
    [InlineData("Which tree is in front?", "A big tree [m3] is the frontmost by its lower edge, of 2: a big tree [m3] down to y 70 px, a small tree [m4] down to y 50 px.")]
    [InlineData("Outline the small tree", "I outlined a small tree [m4]")]
    [InlineData("What is the second largest object?", "A big tree [m3] is the second largest, of 3: a house [m2] 800 px, a big tree [m3] 600 px, a small tree [m4] 100 px.")]
    [InlineData("Mark the trees except the big one", "I marked a small tree [m4]")]
    [InlineData("How wide is the picture?", "The picture is 120 px wide and 100 px tall.")]
    [InlineData("How many more trees than houses are there?", "1 more trees: the model sees 2 trees (a big tree [m3] and a small tree [m4]) and one house (a house [m2]).")]
    [InlineData("Is the house blue?", "No: of a house [m2] the vision model answers: It is green.")]
    [InlineData("Which is farther right, the house or the tree?", "A big tree [m3] is the rightmost: a house [m2] with its middle at x 30 px, a big tree [m3] with its middle at x 70 px.")]
    public async Task What_is_said_behind_a_noun_is_checked(string request, string said) =>
        Assert.Contains(said, await new World { Measured = true, Answers = "It is green." }.AskAsync(request));

    /// <summary>Of how many of several something holds, which has more or larger parts, which is the first of an order.</summary>
    [Theory]
    [InlineData("Is only one of the trees on the right?", "Yes: of a big tree [m3] and a small tree [m4] one (on the right): a small tree [m4].")]
    [InlineData("Are all of the trees on the right?", "No: of a big tree [m3] and a small tree [m4] one (on the right): a small tree [m4].")]
    [InlineData("Tell me if either of the trees has a window on", "No: of a big tree [m3] and a small tree [m4] none (with a window).")]
    [InlineData("Does each tree have a roof?", "Yes: of a big tree [m3] and a small tree [m4] all (with a roof).")]
    [InlineData("Is neither of the trees on the left?", "Yes: of a big tree [m3] and a small tree [m4] none (on the left).")]
    [InlineData("Do the two trees have the same number of roofs?", "Yes: by the parts that the model names, a big tree [m3] 1 (a roof [m8]), a small tree [m4] 1 (a roof [m8]).")]
    [InlineData("Does the house have more roofs than the tree?", "No: by the parts that the model names, a house [m2] 1 (a roof [m8]), a big tree [m3] 1 (a roof [m8]).")]
    [InlineData("Which tree has more roofs?", "All have as many: by the parts")]
    [InlineData("Which tree has the bigger roof?", "A big tree [m3] has the only roof that the model names among the parts: a roof [m8].")]
    [InlineData("Is the house the largest thing?", "Yes: a house [m2] is the largest, of 3: a house [m2] 800 px, a big tree [m3] 600 px, a small tree [m4] 100 px.")]
    [InlineData("Is the small tree the taller one as well?", "No: a big tree [m3] is the tallest, of 2: a big tree [m3] 50 px tall, a small tree [m4] 10 px tall.")]
    [InlineData("Is the house taller than it is wide?", "No: a house [m2] is 20 px tall and 40 px wide.")]
    [InlineData("How far is the house from the tree, centre to centre?", "40.3 px from the middle of a house [m2] to the middle of a big tree [m3].")]
    [InlineData("Are the two trees at the same height?", "About: a big tree [m3] with its middle at y 45 px, a small tree [m4] with its middle at y 45 px.")]
    [InlineData("Which is bigger, the house or the tree, and by how much?", "A house [m2] is bigger")]
    [InlineData("The tree, the house: which one is wider?", "A house [m2] is wider")]
    [InlineData("Which tree is bigger, the left or the right one?", "A big tree [m3] is bigger")]
    [InlineData("Cut out both trees, one file each", "I cut out each by itself: a big tree [m3] a1-cutout.png [a1], a small tree [m4] a2-cutout.png [a2].")]
    [InlineData("Number the trees from right to left", "I numbered a small tree [m4] and a big tree [m3]")]
    [InlineData("Give me tree and house in different colours", "I marked a big tree [m3] and a house [m2]")]
    [InlineData("Find the house that is wobbling", "I did not check \"wobbling\".\nI found a house [m2].")]
    [InlineData("How many houses are up on the right? List them", "None. Of what is asked for the model sees a house [m2] on the left")]
    [InlineData("How many things are on the right? List them", "The model calls it a small tree [m4].")]
    [InlineData("How many roofs does the house have and where are they?", "A roof [m8]")]
    [InlineData("Which trees are cut off?", "None of a big tree [m3] and a small tree [m4] reaches an edge of the picture.")]
    [InlineData("How many objects are bigger than the small tree?", "The model sees 2 objects bigger than the small tree: a house [m2] and a big tree [m3].")]
    [InlineData("How many trees are taller than the house?", "The model sees one tree taller than the house: a big tree [m3].")]
    [InlineData("Does the house have more than one roof?", "No: of a house [m2] the model names a roof [m8]; in the picture that is 1 piece.")]
    [InlineData("Do both trees have a roof on?", "Yes: the model names a roof [m8] among the parts of a big tree [m3]")]
    [InlineData("Which tree has two roofs?", "The model names no two roofs among the parts")]
    [InlineData("Is there a house? Or a tree?", "Yes. I found a big tree [m3]")]
    [InlineData("Are there any dragons? If there are none, where is the house?", "I found a house [m2]")]
    [InlineData("Box the house", "I drew a box around a house [m2]")]
    [InlineData("Cut the house out and count how many pixels that is", "A house [m2] covers 800 px")]
    [InlineData("Where would I find the house?", "I found a house [m2] on the left")]
    [InlineData("Is there a dragon, or a house, or both?", "Yes. I found a house [m2].")]
    public async Task Several_are_compared_and_counted(string request, string said)
    {
        string answer = await new World { Measured = true }.AskAsync(request);
        Assert.Contains(said, answer);
        Assert.DoesNotContain("cannot plan", answer);
    }

    /// <summary>What one of several does masks do not tell, so which is meant cannot be known.</summary>
    [Fact]
    public async Task Which_of_several_does_something_is_not_known() =>
        Assert.Contains("I do not understand \"wobbling\" in it", await new World { Measured = true }.AskAsync("Find the trees that are wobbling"));

    /// <summary>Words that ask are no kind of thing.</summary>
    [Theory]
    [InlineData("How many whatever are there?")]
    [InlineData("Find whose")]
    public async Task Words_that_ask_are_no_kind_to_look_for(string request)
    {
        World world = new();
        Assert.Contains("cannot plan", await world.AskAsync(request));
        Assert.Empty(world.Calls);
    }

    /// <summary>Words that no part of the plan uses are told, and nothing is done in their stead.</summary>
    [Theory]
    [InlineData("Crop the house with 10 px drop shadow", "with 10 px drop shadow")]
    [InlineData("Where is the house going?", "going")]
    [InlineData("Mark everything that floats", "floats")]
    [InlineData("Crop the left half of the picture", "a piece of the picture")]
    public async Task What_cannot_be_read_is_not_passed_over(string request, string unread)
    {
        World world = new();
        string said = await world.AskAsync(request);
        Assert.Contains($"I do not understand \"{unread}\" in it. What I can, for example:", said);
        Assert.Equal(3, said.Split("\n- ").Length - 1);
        Assert.DoesNotContain(world.Calls, call => call.StartsWith("render", StringComparison.Ordinal));
    }

    /// <summary>What "it" would stand for was not understood, so nothing is done to something else.</summary>
    [Fact]
    public async Task What_follows_on_words_that_were_not_understood_is_left_out()
    {
        World world = new();
        string said = await world.AskAsync("Take the thing that wobbles. Then outline it.");
        Assert.Contains("I leave out \"outline it\", for I did not understand what it is about.", said);
        Assert.DoesNotContain(world.Calls, call => call.StartsWith("render", StringComparison.Ordinal));
    }

    /// <summary>What was looked for is not there, so what is to be done to it is not done to something else, nor to what an earlier answer spoke of.</summary>
    [Theory]
    [InlineData("Find the dog and outline it", "outline it")]
    [InlineData("Is there a dog? Export it as svg.", "Export it as svg")]
    [InlineData("Is there a dog? Export as svg.", "Export as svg")]
    [InlineData("How many dogs are there, and how big are they?", "how big are they")]
    [InlineData("How many dogs are there? What colour are they?", "What colour are they")]
    [InlineData("How many dogs are there? Cut them out.", "Cut them out")]
    [InlineData("Find the dogs and outline the largest one", "outline the largest one")]
    [InlineData("Find the dogs. Which one is the largest?", "Which one is the largest")]
    [InlineData("Find the dog and blur the rest", "blur the rest")]
    [InlineData("Find the dog. Is it larger than the house?", "Is it larger than the house")]
    [InlineData("Find the dog. What is left of it?", "What is left of it")]
    [InlineData("Find the chimney of the house and outline it", "outline it")]
    [InlineData("Does the house have a chimney? Outline it.", "Outline it")]
    [InlineData("How many chimneys does the house have? Outline them.", "Outline them")]
    [InlineData("Is there anything above the house? Crop it.", "Crop it")]
    public async Task What_is_to_be_done_to_what_is_not_there_is_left_out(string request, string clause)
    {
        foreach (string? earlier in (string?[])[null, "Find the house."])
        {
            World world = new();
            _ = earlier is null ? string.Empty : await world.AskAsync(earlier);
            world.Calls.Clear();
            string said = await world.AskAsync(request);
            Assert.Contains($"I leave out \"{clause}\", for I found none.", said);
            Assert.DoesNotContain(world.Calls, call => call.StartsWith("render", StringComparison.Ordinal) || call.StartsWith("export", StringComparison.Ordinal) || call.StartsWith("ask", StringComparison.Ordinal));
        }
    }

    /// <summary>That a call failed says nothing of what is there.</summary>
    [Theory]
    [InlineData("Find the house and outline it", "outline it", "")]
    [InlineData("How many trees are there? Cut them out.", "Cut them out", "")]
    [InlineData("What could keep you dry? Crop it.", "Crop it", "")]
    [InlineData("Combine the house and the tree. Crop it.", "Crop it", "combine_regions")]
    [InlineData("Does the house have a roof? Outline it.", "Outline it", "segment_and_caption")]
    [InlineData("How many roofs does the house have? Outline them.", "Outline them", "segment_and_caption")]
    public async Task What_is_to_be_done_to_what_a_failed_call_would_have_found_is_left_out_for_that(string request, string clause, string broken)
    {
        string said = await new World { Broken = broken }.AskAsync(request);
        Assert.Contains("The model is busy. Call again in 3 s.", said);
        Assert.Contains($"I leave out \"{clause}\", for the step before it failed.", said);
    }

    /// <summary>Only what points back is left out, and only until something is found again.</summary>
    [Theory]
    [InlineData("Find the dog and outline it. Find the house and crop it.", "I cropped the picture to a house [m2]")]
    [InlineData("Take the thing that wobbles. Find the house and crop it.", "I cropped the picture to a house [m2]")]
    [InlineData("Is there a dog? Outline everything.", "I outlined blue sky [m1], a house [m2], a big tree [m3] and a small tree [m4]")]
    [InlineData("Is there a dog? What season is it?", "The model's description says nothing of that")]
    [InlineData("Is there a dog or a house? Crop it.", "I cropped the picture to a house [m2]")]
    [InlineData("Are there more houses than dogs? Crop them.", "I cropped the picture to a house [m2]")]
    [InlineData("How many chimneys does the house have? Crop it.", "I cropped the picture to a house [m2]")]
    [InlineData("Does it have a chimney or a roof? Crop it.", "I cropped the picture to a roof [m8]")]
    public async Task What_is_there_is_done_all_the_same(string request, string answer)
    {
        World world = new();
        await world.AskAsync("Find the house.");
        Assert.Contains(answer, await world.AskAsync(request));
    }

    /// <summary>The tool draws the handles' numbers, whatever order is asked for; the order is told beside them.</summary>
    [Theory]
    [InlineData("Number the trees from right to left", "[a1]. The numbers drawn are those of the handles; in order, the rightmost first: 1 is m4, 2 is m3.")]
    [InlineData("Number the trees from left to right", "[a1]. The numbers drawn are those of the handles; in order, the leftmost first: 1 is m3, 2 is m4.")]
    [InlineData("Number the trees", "[a1]. The numbers drawn are those of the handles.")]
    public async Task An_order_of_numbers_is_told_for_what_it_is(string request, string said) =>
        Assert.EndsWith(said, await new World { Measured = true }.AskAsync(request));

    [Theory]
    [InlineData("Outline the house with a line 120 px wide", "line_px=120")]
    [InlineData("Draw a 120 px line around the house", "line_px=120")]
    [InlineData("Outline the house with a line 3 px wide", "line_px=3")]
    public async Task A_line_is_as_wide_as_is_said(string request, string width)
    {
        World world = new();
        await world.AskAsync(request);
        Assert.EndsWith(" " + width, world.Calls[^1]);
    }

    /// <summary>Of several houses each has its roof.</summary>
    [Theory]
    [InlineData("How much of the house does the roof cover?")]
    [InlineData("How much of the house does its roof cover?")]
    public async Task A_part_of_a_whole_is_that_wholes(string request)
    {
        World world = new();
        await world.AskAsync("Find the tree.");
        world.Calls.Clear();
        await world.AskAsync(request);
        Assert.Equal(["refer image=img1 expression=the house", "segment_and_caption image=img1 granularity=part within=m2", "compare_regions regions=m8, m2"], world.Calls);
    }

    [Fact]
    public async Task A_picture_that_is_told_in_the_message_of_the_request_is_no_part_of_it() =>
        Assert.Contains("I outlined a house [m2]", await new World { Opened = false }.AskAsync("Outline the house.", "Attached picture garden.png is img1, 120 x 100 px."));

    /// <summary>A question about what cannot be seen, and one whose answer is about something else, gets no answer.</summary>
    [Theory]
    [InlineData("Who lives in the house?", "cannot plan")]
    [InlineData("What is the name of the street?", "cannot plan")]
    [InlineData("Is the house older than the tree?", "cannot plan")]
    [InlineData("What is the boy doing?", "cannot plan")]
    [InlineData("Is the house open?", "I have no answer to that: the vision model answers whether something is there, which was not asked.", "Yes, there is.")]
    [InlineData("Who is near the big house with a roof?", "names no people", "It is the house [m2].")]
    [InlineData("Who is riding the house?", "I have no answer to that: the vision model only names the house itself.", "It is the house [m2].")]
    public async Task What_cannot_be_known_is_not_answered(string request, string said, string? answer = null) =>
        Assert.Contains(said, await new World { Answers = answer, Measured = true }.AskAsync(request));

    [Fact]
    public async Task Those_that_an_answer_named_are_what_later_requests_speak_of()
    {
        World world = new() { Measured = true };
        Assert.Contains("A small tree [m4] is the smallest", await world.AskAsync("Which tree is the smallest?"));
        Assert.Contains("I outlined a small tree [m4]", await world.AskAsync("Outline that one in red, 4 px wide"));
        Assert.Contains(world.Calls, call => call == "render_image image=img1 regions=m4 style=outline color=red line_px=4");
        Assert.Contains("I outlined a big tree [m3]", await world.AskAsync("and the other one?"));
    }

    [Fact]
    public async Task That_one_after_an_answer_about_several_is_asked_about_and_a_mask_is_saved_once()
    {
        World world = new() { Measured = true };
        await world.AskAsync("Draw a box around each tree.");
        int calls = world.Calls.Count;
        Assert.Contains("\"that tree\" may be any of a big tree [m3] and a small tree [m4]. Say which", await world.AskAsync("Okay, cut out that tree."));
        Assert.Equal(calls, world.Calls.Count);
        Assert.Contains("A big tree [m3] is bigger", await world.AskAsync("Which is bigger, m3 or m4?"));
        Assert.Contains("I cut out a big tree [m3]:", await world.AskAsync("Okay, cut out that tree."));
        await world.AskAsync("I need a mask of everything except the house, save it as PNG");
        Assert.Single(world.Calls, call => call.StartsWith("export_regions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_list_left_out_is_counted_where_it_is_found_by_its_kind()
    {
        World world = new() { LeftOut = true };
        Assert.Equal("The model sees 3 trees: a big tree [m3], a small tree [m4] and a far tree [m13].", await world.AskAsync("How many trees are there?"));
        world.Calls.Clear();
        await world.AskAsync("Cut them out.");
        Assert.Contains("m3, m4, m13", world.Calls[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_change_the_picture_is_refused()
    {
        World world = new();
        Assert.Contains("I cannot change what the picture shows.", await world.AskAsync("Paint the house red"), StringComparison.Ordinal);
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task Without_a_picture_it_says_how_to_open_one()
    {
        World world = new() { Opened = false };
        Assert.Contains("/image", await world.AskAsync("Describe the scene."));
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task A_model_without_captions_is_asked_by_name()
    {
        World world = new() { NoCaptions = true };
        Assert.Contains("The model sees one tree: a big tree [m3].", await world.AskAsync("How many trees are there?"));
        Assert.Equal(["segment_and_caption", "refer"], world.Calls.Select(call => call[..call.IndexOf(' ')]));
    }

    /// <summary>A sky, a house with a roof, a big and a small tree; every function answers as the toolset would.</summary>
    private sealed class World
    {
        private static readonly Dictionary<string, string> Phrases = new()
        {
            ["m1"] = "blue sky", ["m2"] = "a house", ["m3"] = "a big tree", ["m4"] = "a small tree", ["m8"] = "a roof", ["m9"] = "a region",
            ["m12"] = "the big tree", ["m13"] = "a far tree", ["m14"] = "the small tree",
        };

        private static readonly Dictionary<string, (int Area, int[] Box, int[] Middle)> Sizes = new()
        {
            ["m9"] = (50, [0, 0, 10, 10], [5, 5]), ["m8"] = (50, [0, 0, 10, 10], [5, 5]), ["m1"] = (4000, [0, 0, 120, 40], [60, 20]), ["m2"] = (800, [10, 10, 50, 30], [30, 50]), ["m3"] = (600, [60, 20, 80, 70], [70, 45]), ["m4"] = (100, [100, 40, 110, 50], [105, 45]),
        };

        private static readonly Dictionary<string, string[]> Fixed = new() { ["s1"] = ["m1", "m2", "m3", "m4"], ["s3"] = ["m8"], ["s7"] = ["m3"], ["s4"] = ["m2", "m3", "m4"] };

        private readonly Kernel _kernel;
        private int _artifacts;

        public World()
        {
            _kernel = new Kernel();
            _kernel.Plugins.AddFromFunctions("vision",
            [
                Function("segment_and_caption", (string image, string granularity, string? within = null, string? detail = null) => Answer(
                    $"segment_and_caption image={image} granularity={granularity}{Shown("within", within)}{Shown("detail", detail)}",
                    () => NoCaptions ? new { code = "not_supported", message = "The model was not trained for that.", @try = "Use refer." } : granularity switch
                    {
                        "panoptic" => Grounded("There is a blue sky [m1], a house [m2], a big tree [m3] and a small tree [m4].", "s1", "m1", "m2", "m3", "m4"),
                        "part" => Grounded("The house has a roof [m8].", "s3", "m8"),
                        _ => Grounded("There are a house [m2], a big tree [m3] and a small tree [m4].", "s4", "m2", "m3", "m4"),
                    })),
                Function("refer", (string image, string expression) => Answer(
                    $"refer image={image} expression={expression}",
                    () => expression.Contains("house", StringComparison.Ordinal) ? Grounded("It is a house [m2].", "s6", "m2")
                        : LeftOut && expression == "all trees" ? Grounded("They are the trees.", "s13", "m12", "m14", "m13")
                        : expression.Contains("tree", StringComparison.Ordinal) ? Grounded("It is a big tree [m3].", "s7", "m3")
                        : Twice ? new { image, model_said = "They are a dog [m11] and a dog [m12].", set = "s11", regions = new[] { Boxed("m11", 10), Boxed("m12", 11) } }
                        : UnknownWord is { } word ? new { image, empty = true, unknown_word = word, model_said = "A garden.", set = "s8", regions = Array.Empty<object>() }
                        : new { image, empty = true, model_said = "I see no dog.", set = "s8", regions = Array.Empty<object>() })),
                Function("reason_segment", (string image, string question, bool explain) => Answer(
                    $"reason_segment image={image} question={question}", () => Instead is var (asked, got) ? new { image, model_said = "It is the boat.", asked, found = got, regions = Array.Empty<object>() } : Grounded("The house [m2], because it has a roof.", "s6", "m2"))),
                Function("caption", (string image, string? region = null) => Answer(
                    $"caption image={image} region={region}", () => new { image, region, model_said = "It is a house." })),
                Function("ask", (string image, string question) => Answer(
                    $"ask image={image} question={question}",
                    () => Instead is var (asked, got) ? new { image, model_said = "It is the boat.", asked, found = got, regions = Array.Empty<object>() }
                        : new { image, model_said = Answers ?? "It is blue.", regions = Array.Empty<object>() })),
            ]);
            _kernel.Plugins.AddFromFunctions("vision_geometry",
            [
                Function("select_regions", (string set, string? label = null, string? order_by = null, int? top = null, int? nth = null, string? near = null) => Answer(
                    $"select_regions set={set}{Shown("label", label)}{Shown("order_by", order_by)}{Shown("top", top?.ToString())}{Shown("nth", nth?.ToString())}{Shown("near", near)}",
                    () => set.StartsWith("m11", StringComparison.Ordinal) ? new { image = "img1", set = "s12", count = 1, empty = false, regions = new[] { Boxed("m11", 10) } }
                        : label == "sheep" ? new { image = "img1", set = "s20", count = 20, empty = false, regions = new[] { new { region = "m3", phrase = "a sheep" } } }
                        : nth > 2 ? new { code = "bad_argument", message = $"'nth' is {nth}, but there are 2 regions.", @try = "Count from 1." }
                        : Listed("s5", [.. Fixed[set].Where(region => label is null || Phrases[region].EndsWith(label, StringComparison.Ordinal)).Take(top ?? 99)]))),
                Function("get_regions", (string set, string? fields = null) => Answer(
                    $"get_regions set={set} fields={fields}",
                    () => Measured || fields!.Contains("box", StringComparison.Ordinal) ? new { image = "img1", set, count = Members(set).Length, regions = Members(set).Select(Measures) }
                        : Listed(set, set.StartsWith("m3", StringComparison.Ordinal) ? Members(set) : ["m3", "m4"]))),
                Function("compare_regions", (string regions) => Answer(
                    $"compare_regions regions={regions}",
                    () => new
                    {
                        image = "img1",
                        pairs = LeftOut
                            ? (object[])[Pair("m3", "m12", 0.9), Pair("m3", "m13", 0), Pair("m4", "m14", 0.8), Pair("m4", "m13", 0.1), Pair("m12", "m13", 0)]
                            : [new { a = "m2", b = "m3", iou = 0.0, a_in_b_fraction = 0.0, b_in_a_fraction = 0.0, gap_px = 12.5, a_is = new[] { "left_of" } }],
                    })),
                Function("combine_regions", (string operation, string regions, string? others = null) => Answer(
                    $"combine_regions operation={operation} regions={regions}{Shown("others", others)}", () => Listed("s9", "m9"))),
            ]);
            _kernel.Plugins.AddFromFunctions("vision_output",
            [
                Function("render_image", (string image, string regions, string style, string? color = null, int? line_px = null) => Answer(
                    $"render_image image={image} regions={regions} style={style}{Shown("color", color)}{Shown("line_px", line_px?.ToString())}", () => File(style, ".png"))),
                Function("export_regions", (string set, string format) => Answer($"export_regions set={set} format={format}", () => File(format, string.Empty))),
            ]);
        }

        public List<string> Calls { get; } = [];

        /// <summary>What the calls begin with that fail, for the model is busy; null where none do.</summary>
        public string? Broken { get; init; }

        public bool NoCaptions { get; init; }

        /// <summary>What the model is said not to know.</summary>
        public string? UnknownWord { get; init; }

        /// <summary>What was asked for, and what every answer is about.</summary>
        public (string Asked, string Found)? Instead { get; init; }

        /// <summary>What the model answers to questions; blue where nothing is said here.</summary>
        public string? Answers { get; init; }

        /// <summary>Whether pages of regions tell measures, and the picture's size is known: 120 x 100 pixels.</summary>
        public bool Measured { get; init; }

        /// <summary>Whether a third tree is found only when all trees are asked for.</summary>
        public bool LeftOut { get; init; }

        /// <summary>Whether a dog is found, two times over.</summary>
        public bool Twice { get; init; }

        public bool Opened { get; init; } = true;

        public ChatHistory History { get; } = [];

        /// <param name="request">What the user says.</param>
        /// <param name="told">What hosts add to the message, each a text of its own.</param>
        public async Task<string> AskAsync(string request, params string[] told)
        {
            if (History.Count == 0 && Opened)
            {
                History.AddSystemMessage(Measured ? "- img1: garden.png, 120 x 100 px" : "The picture is img1.");
            }

            History.AddUserMessage([new TextContent(request), .. told.Select(words => new TextContent(words))]);
            PromptExecutionSettings settings = new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
            string answer = string.Empty;
            await foreach (StreamingChatMessageContent piece in ChatEndpoint.OfflineService().GetStreamingChatMessageContentsAsync(
                History, settings, _kernel, TestContext.Current.CancellationToken))
            {
                answer += piece.Content;
            }

            History.AddAssistantMessage(answer);
            return answer;
        }

        private static string[] Members(string set) => Fixed.TryGetValue(set, out string[]? members) ? members : set == "s5" ? ["m3", "m4"] : set == "s6" ? ["m2"] : set.Split(", ");

        private static object Measures(string region) => new
        {
            region, phrase = Phrases[region], area_px = Sizes[region].Area, area_fraction = Sizes[region].Area / 8000.0, box_xyxy_px = Sizes[region].Box, centroid_xy_px = Sizes[region].Middle,
        };

        private static object Pair(string a, string b, double shared) => new { a, b, iou = shared, a_in_b_fraction = shared, b_in_a_fraction = shared, gap_px = 0.0, a_is = new[] { "overlapping" } };

        private static object Boxed(string region, int left) => new { region, phrase = "a dog", box_xyxy_px = new[] { left, 10, left + 40, 50 } };

        private static KernelFunction Function(string name, Delegate method) => KernelFunctionFactory.CreateFromMethod(method, name);

        private static string Shown(string name, string? value) => value is null ? string.Empty : $" {name}={value}";

        private static object Grounded(string said, string set, params string[] regions) =>
            new { image = "img1", model_said = said, set, regions = regions.Select(region => new { region, phrase = Phrases[region] }) };

        private static object Listed(string set, params string[] regions) =>
            new { image = "img1", set, count = regions.Length, empty = regions.Length == 0, regions = regions.Select(region => new { region, phrase = Phrases[region] }) };

        private object File(string kind, string extension)
        {
            string handle = $"a{++_artifacts}";
            return new { artifact = handle, image = "img1", kind, file_name = $"{handle}-{kind}{extension}", size_bytes = 10, region_count = 1 };
        }

        private string Answer(string call, Func<object> result)
        {
            lock (Calls)
            {
                Calls.Add(call);
                return JsonSerializer.Serialize(Broken is { } broken && call.StartsWith(broken, StringComparison.Ordinal) ? new { code = "busy", message = "The model is busy.", @try = "Call again in 3 s." } : result());
            }
        }
    }
}
