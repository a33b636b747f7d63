package millrace.udf;

import java.util.Locale;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.ForkJoinPool;

/** What functions can change in a JVM beyond their classes, put back between two jobs. */
final class Surroundings {
    private final Properties properties = (Properties) System.getProperties().clone();
    private final Locale locale = Locale.getDefault();
    private final TimeZone zone = TimeZone.getDefault();

    /** Puts everything back; false where something is left that only the end of the JVM ends: threads. */
    boolean restored() {
        System.setProperties((Properties) properties.clone());
        Locale.setDefault(locale);
        TimeZone.setDefault(zone);
        if (!ForkJoinPool.commonPool().isQuiescent()) return false;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.isAlive() && thread != Thread.currentThread() && !isOfTheJvm(thread)) return false;
        }
        return true;
    }

    private static boolean isOfTheJvm(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        if (group == null || group.getParent() == null || "InnocuousThreadGroup".equals(group.getName())) return true;
        // The common pool's threads stay for a while and are nobody's.
        return thread.getName().startsWith("ForkJoinPool.commonPool-worker-");
    }
}
