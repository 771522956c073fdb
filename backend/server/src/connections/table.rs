//! Which connections are open, and which of them goes first.

use parking_lot::Mutex;
use std::{
    collections::{BTreeSet, HashMap},
    net::IpAddr,
    sync::Arc,
};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

/// What a connection that is not being answered has been good for, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quiet {
    /// It has not been answered since it was opened, or since a request began to come. Those on
    /// which nothing came yet are not told apart from those on which something did: a newcomer
    /// would always be the first to go among others that drip.
    Owing,
    /// A request was answered, and the next may come.
    Kept,
}

/// The table of one listener. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct ConnectionTable(Arc<ConnectionTableInner>);

#[derive(Debug)]
struct ConnectionTableInner {
    table: Mutex<ConnectionTableState>,
    count: watch::Sender<usize>,
}

/// The place of one connection in the table. Given back when dropped.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    shared: ConnectionTable,
    id: u64,
    told: Arc<Notify>,
}

#[derive(Debug)]
struct ConnectionTableState {
    total: usize,
    per_address: Option<usize>,
    next: u64,
    open: HashMap<u64, ConnectionEntry>,
    homes: HashMap<IpAddr, Home>,
    quiet: EvictionOrder,
}

/// Those that may go, in the order in which they go.
type EvictionOrder = BTreeSet<(Quiet, Instant, u64)>;

/// What is open from one address.
#[derive(Debug, Default)]
struct Home {
    open: usize,
    quiet: EvictionOrder,
}

#[derive(Debug)]
struct ConnectionEntry {
    address: IpAddr,
    /// None while it is being answered, or has been told to end.
    quiet: Option<(Quiet, Instant)>,
    told: Arc<Notify>,
}

impl ConnectionTable {
    pub(super) fn new(total: usize, per_address: Option<usize>) -> Self {
        Self(Arc::new(ConnectionTableInner {
            table: Mutex::new(ConnectionTableState {
                total: total.max(1),
                per_address: per_address.map(|most| most.max(1)),
                next: 0,
                open: HashMap::new(),
                homes: HashMap::new(),
                quiet: EvictionOrder::new(),
            }),
            count: watch::Sender::new(0),
        }))
    }

    /// Gives a place, for which another connection may have to go; none when all are being
    /// answered.
    pub(super) fn open(&self, address: IpAddr) -> Option<ConnectionSlot> {
        let mut table = self.0.table.lock();
        table.make_room_for(address).then(|| {
            let (id, told) = table.add(address, Instant::now());
            self.0.tell(&table);
            ConnectionSlot {
                shared: self.clone(),
                id,
                told,
            }
        })
    }

    /// Ends the connection that goes first, if one may.
    pub(super) fn make_room(&self) {
        self.0.table.lock().end_first();
    }

    /// Tells every connection to end.
    pub(super) fn end_all(&self) {
        for entry in self.0.table.lock().open.values() {
            entry.told.notify_one();
        }
    }

    /// Waits until none is open.
    pub(super) async fn emptied(&self) {
        // The sender lives as long as this.
        let _ = self.0.count.subscribe().wait_for(|open| *open == 0).await;
    }

    pub(super) fn len(&self) -> usize {
        self.0.table.lock().open.len()
    }
}

impl ConnectionTableInner {
    fn tell(&self, table: &ConnectionTableState) {
        self.count.send_replace(table.open.len());
        metrics::gauge!("hejie_connections_open").set(table.open.len() as f64);
    }
}

impl ConnectionSlot {
    /// The connection has nothing to answer.
    pub(super) fn rest(&self, quiet: Quiet, since: Instant) {
        self.shared
            .0
            .table
            .lock()
            .set(self.id, Some((quiet, since)));
    }

    /// The connection is being answered.
    pub(super) fn work(&self) {
        self.shared.0.table.lock().set(self.id, None);
    }

    /// Waits until the connection has to end.
    pub(super) async fn told_to_end(&self) {
        self.told.notified().await;
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut table = self.shared.0.table.lock();
        table.remove(self.id);
        self.shared.0.tell(&table);
    }
}

impl ConnectionTableState {
    /// Tells connections to end until one more fits. One that was told holds its descriptor until
    /// its task has seen that; what is left to the process beside the cap has room for it.
    fn make_room_for(&mut self, address: IpAddr) -> bool {
        if let (Some(most), Some(home)) = (self.per_address, self.homes.get(&address))
            && home.open >= most
        {
            let first = home.quiet.first().copied();
            return first.is_some_and(|(_, _, id)| self.end(id));
        }
        self.open.len() < self.total || self.end_first()
    }

    fn end_first(&mut self) -> bool {
        let first = self.quiet.first().copied();
        first.is_some_and(|(_, _, id)| self.end(id))
    }

    fn end(&mut self, id: u64) -> bool {
        self.set(id, None);
        let Some(entry) = self.open.get(&id) else {
            return false;
        };
        entry.told.notify_one();
        true
    }

    fn add(&mut self, address: IpAddr, now: Instant) -> (u64, Arc<Notify>) {
        self.next += 1;
        let (id, told) = (self.next, Arc::new(Notify::new()));
        let entry = ConnectionEntry {
            address,
            quiet: None,
            told: Arc::clone(&told),
        };
        self.open.insert(id, entry);
        self.homes.entry(address).or_default().open += 1;
        self.set(id, Some((Quiet::Owing, now)));
        (id, told)
    }

    fn set(&mut self, id: u64, quiet: Option<(Quiet, Instant)>) {
        let Some(entry) = self.open.get_mut(&id) else {
            return;
        };
        let home = self.homes.entry(entry.address).or_default();
        if let Some((kind, since)) = entry.quiet {
            self.quiet.remove(&(kind, since, id));
            home.quiet.remove(&(kind, since, id));
        }
        entry.quiet = quiet;
        if let Some((kind, since)) = quiet {
            self.quiet.insert((kind, since, id));
            home.quiet.insert((kind, since, id));
        }
    }

    fn remove(&mut self, id: u64) {
        self.set(id, None);
        let Some(entry) = self.open.remove(&id) else {
            return;
        };
        if let Some(home) = self.homes.get_mut(&entry.address) {
            home.open -= 1;
            if home.open == 0 {
                self.homes.remove(&entry.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    fn is_told(place: &ConnectionSlot) -> bool {
        use std::{
            pin::pin,
            task::{Context, Waker},
        };
        let waiting = pin!(place.told_to_end());
        waiting
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_ready()
    }

    #[test]
    fn at_the_cap_goes_what_has_been_of_no_use_for_the_longest() {
        let shared = ConnectionTable::new(3, None);
        let now = Instant::now();
        let places = [1, 2, 3].map(|n| shared.open(address(n)).unwrap());
        places[0].rest(Quiet::Kept, now);
        places[1].rest(Quiet::Owing, now + Duration::from_secs(2));
        places[2].rest(Quiet::Owing, now + Duration::from_secs(1));
        let fourth = shared.open(address(4)).unwrap();
        assert_eq!(
            places.each_ref().map(is_told),
            [false, false, true],
            "the oldest request that does not come"
        );
        fourth.work();
        drop(shared.open(address(5)).unwrap());
        assert!(is_told(&places[1]));
        shared.open(address(6)).unwrap();
        assert!(is_told(&places[0]), "what was of use goes last");
    }

    #[test]
    fn a_newcomer_has_time_to_speak_among_others_that_do_not() {
        let shared = ConnectionTable::new(3, None);
        let old = [1, 2, 3].map(|n| shared.open(address(n)).unwrap());
        let newcomer = shared.open(address(4)).unwrap();
        let _next = shared.open(address(5)).unwrap();
        assert_eq!(old.each_ref().map(is_told), [true, true, false]);
        assert!(!is_told(&newcomer));
    }

    #[test]
    fn what_is_being_answered_never_goes_and_a_newcomer_is_refused_then() {
        let shared = ConnectionTable::new(2, None);
        let places = [1, 2].map(|n| shared.open(address(n)).unwrap());
        places.iter().for_each(ConnectionSlot::work);
        assert!(shared.open(address(3)).is_none());
        assert!(!places.iter().any(is_told));
        drop(places);
        assert_eq!(shared.len(), 0);
        shared.open(address(3)).unwrap();
    }

    #[test]
    fn one_address_makes_room_among_its_own() {
        let shared = ConnectionTable::new(100, Some(2));
        let other = shared.open(address(1)).unwrap();
        let own = [2, 2].map(|n| shared.open(address(n)).unwrap());
        let third = shared.open(address(2)).unwrap();
        assert!(is_told(&own[0]));
        own.iter().chain([&third]).for_each(ConnectionSlot::work);
        assert!(shared.open(address(2)).is_none());
        assert!(!is_told(&other));
        drop((own, third));
        assert!(shared.open(address(2)).is_some());
    }
}
