using MGLMM.Orleans.Pictures;

namespace MGLMM.Orleans.Tests;

/// <summary>How the questions about one picture are shared among its copies.</summary>
public sealed class HotPicturesTests
{
    [Fact]
    public void A_question_goes_to_the_first_copy_with_room()
    {
        HotPictures asked = new(2);
        Assert.Equal([0, 0, 1, 1, 2], Enumerable.Range(0, 5).Select(_ => asked.Begin("a", 3)));
        Assert.Equal(0, asked.Begin("b", 3));

        // What the first copy has room for goes there, not behind the last one's.
        asked.End("a", 0);
        Assert.Equal(0, asked.Begin("a", 3));
        asked.End("a", 1);
        asked.End("a", 1);
        Assert.Equal([1, 1, 2], Enumerable.Range(0, 3).Select(_ => asked.Begin("a", 3)));
    }

    [Fact]
    public void More_than_all_copies_have_room_for_are_spread()
    {
        HotPictures asked = new(1);
        int[] copies = [.. Enumerable.Range(0, 30).Select(_ => asked.Begin("a", 3))];
        Assert.All(Enumerable.Range(0, 3), copy => Assert.Equal(10, copies.Count(one => one == copy)));

        // Workers have gone meanwhile: no question to a copy that has none.
        Assert.Equal(0, asked.Begin("a", 1));
        foreach (int copy in (int[])[.. copies, 0])
        {
            asked.End("a", copy);
        }

        Assert.Equal(0, asked.Count);
    }
}
